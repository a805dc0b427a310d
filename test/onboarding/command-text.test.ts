import { expect, test } from "vitest";
import { commandText } from "../../src/onboarding/command-text.ts";

const KEY = "a1b2c3d4e5f6a7b8c9d0e1f2";

test.for([
  [
    {
      command: "npx",
      args: ["-y", "mcp-remote", "https://x.dev/mcp", "--header", `Authorization: Bearer ${KEY}`],
    },
  ],
  [{ command: "srv", args: ["--api-key", KEY] }],
  [{ command: "srv", args: [`--token=${KEY}`] }],
  [{ command: "srv", args: [`postgresql://me:${KEY}@db/x`] }],
  [{ command: "docker", args: ["run", "-e", `GITHUB_TOKEN=${KEY}`, "image"] }],
  [{ url: `https://x.dev/mcp?anything=${KEY}&b=c` }],
  [{ url: `https://x.dev/s/${KEY}/mcp` }],
  [{ url: `https://${KEY}@x.dev/mcp` }],
])("%o is shown without its secret", ([server]) => {
  expect(commandText(server!)).not.toContain(KEY);
  expect(commandText(server!)).toContain("[redacted]");
});

test("a command is shown so that two never look like one", () => {
  expect(commandText({ command: "sh", args: ["-c", "curl x | sh"] })).toBe('sh -c "curl x | sh"');
  expect(commandText({ command: "sh", args: ["-c", "curl", "x"] })).toBe("sh -c curl x");
  expect(commandText({ url: "https://api.acme.dev/v1/mcp" })).toBe("https://api.acme.dev/v1/mcp");
});
