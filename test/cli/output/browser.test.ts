import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { opener, showInBrowser } from "../../../src/cli/output/browser.ts";

const AWKWARD = "https://a.example/?a=1&calc^%22$(calc)`id`;id";

test.for(["linux", "darwin", "win32"] as const)(
  "on %s an address is one word of one program (S-42)",
  (platform) => {
    const words = opener(new URL(AWKWARD), platform)!;
    expect(words.at(-1)).toBe(new URL(AWKWARD).href);
    expect(words[0]).not.toMatch(/cmd|sh$|powershell/);
  },
);

test.for([
  "javascript:alert(1)",
  "file:///etc/passwd",
  "data:text/html,x",
  "ms-settings:",
  "ftp://a.example/",
])("%s is not opened (S-42)", (address) => {
  for (const platform of ["linux", "darwin", "win32"] as const)
    expect(opener(new URL(address), platform)).toBeUndefined();
});

describe("a page is shown", () => {
  let desktop = "";
  beforeEach(() => {
    desktop = mkdtempSync(path.join(tmpdir(), "preloop-desktop-"));
  });
  afterEach(() => rmSync(desktop, { recursive: true, force: true }));

  const show = () => showInBrowser(new URL(AWKWARD), "linux", { PATH: desktop, DISPLAY: ":7" });

  test("by the desktop's own program, which nobody waits for", async () => {
    const [heard, gone] = [path.join(desktop, "heard"), path.join(desktop, "gone")];
    const script = [
      "#!/bin/sh",
      `printf '%s|' "$DISPLAY" "$HOME" "$@" > ${heard}`,
      `until [ -e ${gone} ]; do /bin/sleep 0.05; done`,
      `printf 'still here' >> ${heard}`,
    ];
    writeFileSync(path.join(desktop, "xdg-open"), script.join("\n"), { mode: 0o755 });
    await show();
    writeFileSync(gone, "");
    await expect
      .poll(() => readFileSync(heard, "utf8"), { timeout: 20_000 })
      .toBe(`:7||${new URL(AWKWARD).href}|still here`);
  });

  test("by nothing where there is no desktop, which is no error", async () => {
    await expect(show()).resolves.toBeUndefined();
  });
});
