import { expect, test } from "vitest";
import { acceptanceOf } from "#pins";

test.for([
  [{ kind: "tool", name: "files__read" }, "files__read"],
  [{ kind: "tool", name: "read" }, "files"],
  [{ kind: "instructions", name: "files" }, "files --instructions"],
  [{ kind: "prompt", name: "files__review" }, "files --prompt files__review"],
  [{ kind: "prompt", name: "--yes" }, "files"],
  [{ kind: "resource", name: "file:///a/b.md" }, "files --resource file:///a/b.md"],
  [{ kind: "resource", name: "https://a.test/?b=c&d=e" }, "files --resource 'https://a.test/?b=c&d=e'"],
  [{ kind: "template", name: "file:///{path}" }, "files --resource 'file:///{path}'"],
  [{ kind: "resource", name: "x'; rm -rf ~; '" }, "files"],
  [{ kind: "resource", name: "x:$(rm -rf ~)" }, "files"],
  [{ kind: "resource", name: "x:`reboot`" }, "files"],
  [{ kind: "resource", name: "x:a\nreboot" }, "files"],
  [{ kind: "resource", name: "--yes" }, "files"],
  [{ kind: "resource", name: `x:${"a".repeat(400)}` }, "files"],
] as const)(
  "what a person is told to type is safe in a shell, whoever chose the name: %j",
  ([pin, expected]) => {
    expect(acceptanceOf({ server: "files", ...pin })).toBe(expected);
  },
);
