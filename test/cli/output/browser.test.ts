import { expect, test } from "vitest";
import { opener } from "../../../src/cli/output/browser.ts";

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
