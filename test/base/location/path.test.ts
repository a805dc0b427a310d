import path from "node:path";
import { expect, test } from "vitest";
import { resolvePath } from "#base";

/** The readings of a path that is resolved; its fault otherwise. */
function readingsOf(text: string): readonly string[] | string {
  const location = resolvePath(text);
  return location.kind === "resolved" ? location.readings : location.why;
}

// Each text, and where it leads. Beside it, what programs make of it: Node's path.posix.normalize, Python's
// posixpath.normpath and Go's path.Clean agree on every one; where path.win32.normalize or ntpath.normpath differ, or a
// program decodes first, that is said.
test.for<[text: string, resolved: string]>([
  ["/srv/app", "/srv/app"],
  ["/srv/app/", "/srv/app/"],
  ["/", "/"],
  ["/srv/./app//x/", "/srv/app/x/"],
  ["/srv/app/../etc", "/srv/etc"],
  ["/../../etc", "/etc"],
  ["a/b/../c", "a/c"],
  ["./a", "a"],
  ["..", ".."],
  ["a/../..", ".."],
  [".", "."],
  ["notes.md", "notes.md"],
  ["/srv/100%", "/srv/100%"],
  ["/srv/100%zz", "/srv/100%zz"],
  ["/srv/naïve/日本", "/srv/naïve/日本"],
  // decoded once by decodeURIComponent, urllib.parse.unquote and url.PathUnescape
  ["/srv/%2e%2e/etc", "/etc"],
  ["/srv/%2E./etc", "/etc"],
  ["/srv/..%2fetc", "/etc"],
  ["/srv/%2e%2e%5cetc", "/etc"],
  ["/srv/my%20files", "/srv/my files"],
  // decoded twice
  ["/srv/%252e%252e/etc", "/etc"],
  ["/srv/%%32%65%%32%65/etc", "/etc"],
  ["/srv/%25252e%25252e%25252fetc", "/etc"],
  // folded by NFKC, and by code pages that know no such letter
  ["/srv/．．/etc", "/etc"],
  ["/srv/‥/etc", "/etc"],
  ["/srv／..／etc", "/etc"],
  ["/srv∕..⁄etc", "/etc"],
  ["/srv/..＼etc", "/etc"],
  ["/srv/..¥etc", "/etc"],
  ["/srv/％2e％2e/etc", "/etc"],
  ["/srv/%ef%bc%8e%ef%bc%8e/etc", "/etc"],
  // win32: `\etc` for the first two, drive and share kept in the rest
  ["/srv/..\\etc", "/etc"],
  ["\\srv\\..\\etc", "/etc"],
  ["C:\\srv\\app\\..\\x", "C:/srv/x"],
  ["c:/srv/../..", "C:/"],
  ["C:\\", "C:/"],
  ["\\\\host\\share\\..\\x", "//host/share/x"],
  ["//host/share/a/../../..", "//host/share"],
  ["\\\\?\\C:\\srv\\..\\x", "C:/x"],
  ["//?/UNC/host/share/x", "//host/share/x"],
  ["\\??\\C:\\x", "C:/x"],
  // Windows opens the name without what ends it
  ["/srv/notes. . /x", "/srv/notes/x"],
  ["/srv/app/.. /x", "/srv/x"],
  ["C:\\srv\\x::$DATA", "C:/srv/x"],
  // a shell's home
  ["~", "~"],
  ["~/a/../../b", "~/../b"],
  ["~ana/x", "~ana/x"],
  // url.fileURLToPath
  ["file:///etc/passwd", "/etc/passwd"],
  ["file:/etc/passwd", "/etc/passwd"],
  ["FILE://localhost/etc", "/etc"],
  ["file://host/share/x", "//host/share/x"],
  ["file:///C:/x", "C:/x"],
  ["file:///c|/x", "C:/x"],
  ["file:///srv/a%20b", "/srv/a b"],
])("S-65 the path %j comes to %j", ([text, resolved]) => {
  const location = resolvePath(text);
  expect(location).toMatchObject({ kind: "resolved", text: resolved, isLiteral: text === resolved });
});

test.for<[text: string, why: string]>([
  ["", "it is empty"],
  ["  ", "it is empty"],
  ["/srv/a\0b", "it holds a control or invisible character"],
  ["/srv/a%00b", "it holds a control or invisible character"],
  ["/srv/a%2500b", "it holds a control or invisible character"],
  ["/srv/a\nb", "it holds a control or invisible character"],
  ["/srv/.\u200b./etc", "it holds a control or invisible character"],
  ["/srv/\u202etxt", "it holds a control or invisible character"],
  ["/srv/\ud800", "it holds a control or invisible character"],
  ["/srv/%c0%ae%c0%ae/etc", "it holds escapes that are no UTF-8"],
  ["/srv/%ff", "it holds escapes that are no UTF-8"],
  ["/srv/%u002e%u002e/etc", "it holds a %u escape"],
  ["/srv/%25u002e/etc", "it holds a %u escape"],
  [`/srv/${"%25".repeat(1)}${"25".repeat(9)}2e`, "it is encoded over and over"],
  [`/${"x".repeat(10_000)}`, "it is too long"],
  ["/srv/.../x", "it holds a name of dots alone"],
  ["C:x", "it depends on the current folder of a drive"],
  ["C:", "it depends on the current folder of a drive"],
  ["\\\\.\\PhysicalDrive0", "it names a device"],
  ["\\\\?\\Volume{1}\\x", "it names a device"],
  ["C:\\PROGRA~1\\x", "it holds a short name"],
  ["file:etc", "it is a file URL without a plain path"],
  ["file:///a?b", "it is a file URL without a plain path"],
  ["file:///srv/%2e%2e/etc", "it is a file URL with a step up"],
])("S-65 the path %j is not resolved: %s", ([text, why]) => {
  expect(resolvePath(text)).toEqual({ kind: "unresolvable", why });
});

test("S-65 a path that is decoded once between two others is read that way as well", () => {
  const text = "/srv/app/%2e%2e/secret/%252e%252e%252fapp%252fz/%2e%2e";
  expect(readingsOf(text)).toEqual([text, "/srv/secret", "/srv/app"]);
});

test("what some programs do is among the readings, whatever the path is made of", () => {
  const tokens = [
    "/",
    "/",
    "a",
    "b",
    "..",
    ".",
    "%2e",
    "%2f",
    "%25",
    "2e",
    "\\",
    "．",
    "／",
    "%5c",
    "..",
    "/",
  ];
  const unfold = (text: string) => text.normalize("NFKC");
  const once = (text: string) => text.replace(/%[0-7][0-9a-f]/gi, (sign) => decodeURIComponent(sign));
  const slashed = (text: string) => text.replaceAll("\\", "/");
  const programs: readonly ((text: string) => string)[] = [
    (text) => path.posix.normalize(text),
    (text) => path.posix.normalize(once(text)),
    (text) => path.posix.normalize(once(once(text))),
    (text) => path.posix.normalize(unfold(once(text))),
    (text) => path.posix.normalize(once(unfold(text))),
    (text) => slashed(path.win32.normalize(text)),
    (text) => slashed(path.win32.normalize(unfold(once(text)))),
  ];
  const random = randomFrom(7);
  let looked = 0;
  for (let round = 0; round < 4_000; round++) {
    const text = `/srv/${Array.from({ length: 1 + random(9) }, () => tokens[random(tokens.length)]).join("")}`;
    const readings = readingsOf(text);
    if (typeof readings === "string") continue;
    looked++;
    const bare = readings.map(withoutEnd);
    for (const program of programs) expect(bare, text).toContain(withoutEnd(program(text)));
  }
  expect(looked).toBeGreaterThan(1_000);
});

function withoutEnd(text: string): string {
  return text.replace(/(?<=.)[\\/]+$/, "");
}

function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
