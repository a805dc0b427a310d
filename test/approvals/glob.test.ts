import { expect, test } from "vitest";
import { compileGlob, patienceFor } from "#approvals";

test.for<[glob: string, text: string, matches: boolean]>([
  ["git status", "git status", true],
  ["git status", "git status ", false],
  ["*", "anything with spaces/and/slashes", true],
  ["*", "", true],
  ["a.c", "abc", false],
  ["a+(b)|[c]", "a+(b)|[c]", true],
  ["ls \\*", "ls *", true],
  ["ls \\*", "ls x", false],
  ["C:\\dir\\*", "C:\\dir*", true],
  ["C:\\dir*", "C:\\dir\\file", true],
  ["a; b*", "a; b c", true],
  ["a; b*", "a; b; c", false],
  ["*;*;x", "a;b;x", true],
  ["*ab*ba", "aba", false],
  ["*ab*ba", "abba", true],
  ["a**b", "a1b", true],
  ["/src/*", "/src/a/b.ts", true],
  ["/src/*", "/src/../etc/passwd", false],
  ["/src/.*", "/src/../etc/passwd", false],
  ["/src/*", "/src/..", false],
  ["https://api/*", "https://api/%2E%2e/admin", false],
  ["git diff *", "git diff main..next", true],
  ["über *", "über 💬 alles", true],
  ["*", "zero\u200bwidth", false],
  ["*", "tag\u{e0041}", false],
])("the glob %j on %j: %j", ([glob, text, matches]) => {
  expect(compileGlob(glob)(text)).toBe(matches);
});

test("a glob of many stars does not hang on a long text that nearly matches", () => {
  expect(compileGlob("*a".repeat(50))(`${"a".repeat(100_000)}b`)).toBe(false);
  expect(compileGlob(`${"*".repeat(50)}x`)("a".repeat(100_000))).toBe(false);
});

test.for<[client: string, hasToken: boolean, minutes: number]>([
  ["claude-code", false, 25],
  ["codex-mcp-client", false, 4],
  ["gemini-cli-mcp-client", false, 8],
  ["opencode", true, 25],
  ["opencode", false, 0.75],
  ["cursor-vscode", true, 0.75],
  ["", false, 0.75],
])("a client %j (progress token: %j) waits %j minutes", ([client, hasToken, minutes]) => {
  expect(patienceFor(client, hasToken)).toBe(minutes * 60_000);
});
