import { expect, test } from "vitest";
import { clientTimeoutFor, compileSafeGlob } from "#approvals";

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
  expect(compileSafeGlob(glob)(text)).toBe(matches);
});

test.for<[glob: string, text: string, matches: boolean]>([
  ["/srv/*", "/srv/a b/c.md", true],
  ["/srv/*", "/srv/a%20b", true],
  ["/srv/*", "/srv/100%", true],
  ["/srv/*", "/srv/naïve/日本", true],
  ["/srv/*", "/srv/%2e%2e/etc", false],
  ["/srv/*", "/srv/%252e%252e/etc", false],
  ["/srv/*", "/srv/%25252e%25252e/etc", false],
  ["/srv/*", "/srv/..%2fetc", false],
  ["/srv/*", "/srv/..%5cetc", false],
  ["/srv/*", "/srv/%2e./etc", false],
  ["/srv/*", "/srv/．．/etc", false],
  ["/srv/*", "/srv/‥/etc", false],
  ["/srv/*", "/srv/..／etc", false],
  ["/srv/*", "/srv/..∕etc", false],
  ["/srv/*", "/srv/..\\etc", false],
  ["/srv/*", "/srv/..¥etc", false],
  ["/srv/*", "/srv/.. /etc", false],
  ["/srv/*", "/srv/.%2e", false],
  ["/srv/.*", "/srv/.%2e/etc", false],
  ["/srv/*", "/srv/a\0", false],
  ["/srv/*", "/srv/a%00", false],
  ["/srv/*", "/srv/a%0ab", false],
  ["/srv/*", "/srv/%c0%ae%c0%ae/etc", false],
  ["/srv/*", "/srv/%u002e%u002e/etc", false],
  ["/srv/*", "/srv/a%3brm", false],
  ["/srv%2f*", "/srv%2fa", true],
  ["/srv/a%20b/*", "/srv/a%20b/c", true],
  ["C:\\\\dir\\\\*", "C:\\dir\\file", true],
  ["C:\\\\dir\\\\*", "C:\\dir\\..\\file", false],
  ["https://api/*", "https://api/v1?x=%2e&y", false],
  ["https://api/*", "https://api/v1?x=1", true],
  ["https://api/*", "https://api/..%2f", false],
  ["https://api/*", "https://api/%252e%252e/x", false],
  ["https://api/*", "https://api/x\\..\\y", false],
  ["https://api/*", "https://api/@evil", true],
  ["https://api/*", "https://api@evil/", false],
  ["https://api/*", "https://api\\@evil/", false],
  ["https://api*", "https://api2/x", true],
  ["https://api*", "https://api.evil.dev/x", false],
  ["https://api*", "https://api@evil/", false],
  ["https://api*", "https://api:80@evil/", false],
  ["https://api*", "https://api%2eevil/", false],
  ["https://*.acme.dev/*", "https://a.b.acme.dev/x", true],
  ["https://*.acme.dev/*", "https://evil.dev/x.acme.dev/y", false],
  ["https://*.acme.dev/*", "https://evil.dev?x.acme.dev/y", false],
  ["https://*.acme.dev/*", "https://evil.dev#x.acme.dev/y", false],
  ["https://*.acme.dev/*", "https://evil.dev\\x.acme.dev/y", false],
  ["https://*.acme.dev/*", "https://evil.dev／x.acme.dev/y", false],
  ["https://*.acme.dev/*", "https://u@evil.acme.dev/y", false],
  ["http*://api/*", "https://api/x", true],
  ["http*://api/*", "https://evil/?x=://api/y", false],
  ["*://api/*", "https://evil/://api/y", false],
  ["https://*", "https://any.host:8443/x?y", true],
  ["http://localhost:*/x", "http://localhost:8080/x", true],
  ["http://localhost:*/x", "http://localhost:80@evil/x", false],
  ["git log *", "git log --format=%h%ad --date=%d", true],
  ["git log *", "git log -- %2e%2e/etc", false],
  ["say *", "say （笑）、はい", true],
  ["say *", "say 100% of it", true],
  ["git log *", "git log ； rm", false],
  ["git log *", "git log ｀id｀", false],
  ["git log *", "git log ＄（id）", false],
  ["git log *", "git log \u037e rm", false],
  ["git log *", "git log %0a rm", false],
  ["git log *", "git log %253b rm", false],
  ["git log *", "git log %3c\u0338 x", false],
  ["git log %*", "git log %0a rm", false],
  ["git log ； *", "git log ； rm", true],
  ["*", "git log ； rm", false],
])("S-67 the glob %j on %j, as some program may read it: %j", ([glob, text, matches]) => {
  expect(compileSafeGlob(glob)(text)).toBe(matches);
});

test("S-67 a path too long for any system is not covered, a long text is", () => {
  const covers = compileSafeGlob("*");
  expect(compileSafeGlob("/srv/*")(`/srv/${"./".repeat(9_000)}%2e%2e/etc`)).toBe(false);
  expect(covers("some words ".repeat(5_000))).toBe(true);
  expect(covers(`x${"💬 ü".repeat(5_000)}`)).toBe(true);
  expect(covers(`${"some words ".repeat(5_000)}%253b rm`)).toBe(false);
});

test("S-67 a star does not end a string in a list or an object", () => {
  const matches = (glob: string, value: unknown) => compileSafeGlob(glob)(JSON.stringify(value), true);
  expect(matches('["/srv/*"]', ["/srv/a"])).toBe(true);
  expect(matches('["/srv/*"]', ["/srv/a", "/etc/shadow"])).toBe(false);
  expect(matches('{"path":"/srv/*"}', { path: "/srv/a", mode: "0777" })).toBe(false);
  expect(matches('["/srv/*"]', ["/srv/\0"])).toBe(false);
  expect(matches("*", ["/srv/a", "/b"])).toBe(true);
});

test("a glob of many stars does not hang on a long text that nearly matches", () => {
  expect(compileSafeGlob("*a".repeat(50))(`${"a".repeat(100_000)}b`)).toBe(false);
  expect(compileSafeGlob(`${"*".repeat(50)}x`)("a".repeat(100_000))).toBe(false);
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
  expect(clientTimeoutFor(client, hasToken)).toBe(minutes * 60_000);
});
