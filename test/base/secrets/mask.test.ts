import { expect, test } from "vitest";
import {
  createFingerprint,
  headBetweenMasks,
  type Json,
  type JsonObject,
  masksIn,
  readJson,
  redactJson,
  writeJson,
} from "#base";

const masking = { fingerprint: createFingerprint(Buffer.from("a key of this home, 32 bytes long")) };
const shown = (value: Json) => writeJson(redactJson(value));

test.for<[source: Json, seen: Json]>([
  [
    { token: { cmd: "rm -rf /", n: 5, b: true, z: null } },
    {
      token: {
        cmd: "[redacted string, 8 chars, odd: blanks; a path; named like something to do]",
        n: "[redacted number, 1 char]",
        b: true,
        z: null,
      },
    },
  ],
  [
    { secrets: [["abc123"], { list: ["x"] }] },
    { secrets: [["[redacted string, 6 chars]"], { list: ["[redacted string, 1 char]"] }] },
  ],
  [
    { token: `{"cmd": "reboot", "n": [1.0, "k3y"]}` },
    {
      token: `{"cmd":"[redacted string, 6 chars, odd: named like something to do]","n":["[redacted number, 3 chars]","[redacted string, 3 chars]"]}`,
    },
  ],
  [
    { name: "Authorization", value: { run: "x" } },
    { name: "Authorization", value: { run: "[redacted string, 1 char, odd: named like something to do]" } },
  ],
  [
    ["--token", { cmd: "ls" }],
    ["--token", { cmd: "[redacted string, 2 chars, odd: named like something to do]" }],
  ],
])(
  "a list, an object or a JSON text under a secret's name shows what it is made of [S-61] %#",
  ([source, seen]) => {
    expect(redactJson(source)).toEqual(seen);
  },
);

test.for<[source: Json, seen: Json]>([
  [{ token: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def_1" }, { token: "[redacted JWT, 46 chars]" }],
  [{ Authorization: "Bearer abc" }, { Authorization: "Bearer [redacted bearer token, 3 chars]" }],
  [
    { Cookie: "sid=abc; theme=dark" },
    { Cookie: "sid=[redacted cookie, 3 chars]; theme=[redacted cookie, 4 chars]" },
  ],
  [{ url: "https://u:p@host/" }, { url: "https://[redacted URL password, 3 chars]@host/" }],
  [{ t: "use ghp_0123456789abcdef now" }, { t: "use [redacted GitHub token, 20 chars] now" }],
  [readJson(`{"pin_token":12345678901234567890}`), { pin_token: "[redacted number, 20 chars]" }],
  [{ token: "abc\n" }, { token: "[redacted string, 3 chars]\n" }],
  [{ ghp_0123456789abcdef: 1 }, { "[redacted GitHub token, 20 chars]": 1 }],
])("a mask says what sort of secret it hides, and how long it is: %j", ([source, seen]) => {
  expect(redactJson(source)).toEqual(seen);
});

test("the same secret is known again by its fingerprint, wherever it stands", () => {
  const safe = redactJson(
    {
      token: "k3y-1",
      other_token: "k3y-2",
      headers: ["Authorization: Bearer k3y-1"],
      cmd: "x --token k3y-1",
    },
    masking,
  );
  const [one, two, three, four] = writeJson(safe).match(/#[0-9a-f]{8}/g)!;
  expect([three, four]).toEqual([one, one]);
  expect(two).not.toBe(one);
});

test("a fingerprint tells nothing without the key, and none is shown where there is no key [S-64]", () => {
  const another = createFingerprint(Buffer.from("another home's key, of 32 bytes ."));
  expect(another("k3y")).not.toBe(masking.fingerprint("k3y"));
  expect(shown({ token: "k3y", list: ["Bearer abc"] })).not.toContain("#");
});

test("what is masked already is not masked again, nor when masks said nothing", () => {
  const before = {
    token: "[redacted]",
    list: ["Bearer [redacted]"],
    cmd: "TOKEN=[redacted] x --token [redacted]",
  };
  expect(redactJson(before)).toEqual(before);
  const now = redactJson({ token: "a;b", header: "Authorization: Bearer abc", cmd: "TOKEN=abc x" }, masking);
  expect(redactJson(now, masking)).toEqual(now);
});

test("a mask that stands before more of a secret does not keep that from being masked", () => {
  expect(shown({ cmd: "TOKEN=[redacted]hunter2" })).not.toContain("hunter2");
  expect(shown({ token: "[redacted]hunter2" })).not.toContain("hunter2");
});

test("a text is cut between masks, never within one", () => {
  const text = `abc ${redactJson({ token: "x; y" }, masking) && "[redacted string, 4 chars, odd: blanks]"} def`;
  const [[start, end]] = masksIn(text) as [[number, number]];
  for (let max = 1; max < text.length; max++) {
    const head = headBetweenMasks(text, max);
    expect(head).toBe(text.slice(0, max > start && max < end ? start : max));
  }
});

test("hostile values are masked in linear time and without recursion [S-61]", { timeout: 20_000 }, () => {
  const deep = `${"[".repeat(100_000)}"x"${"]".repeat(100_000)}`;
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, `v;${at}`]));
  const keys = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, at) => [`ghp_${`${at}`.padStart(12, "0")}`, at]),
  );
  const masks = "TOKEN=[redacted] TOKEN=abc ".repeat(20_000);
  const nested = Array.from({ length: 500 }).reduce<Json>((inner) => ({ a: [inner] }), "x") as JsonObject;
  expect(shown({ token: deep })).toContain("[redacted string, 200003 chars");
  expect(shown({ token: "a;".repeat(2_000_000) })).toContain("4000000 chars");
  expect(shown({ token: "%41".repeat(500_000) })).toContain("1500000 chars");
  expect(Object.keys((redactJson({ token: wide }) as { token: JsonObject }).token)).toHaveLength(50_000);
  expect(Object.keys(redactJson(keys) as JsonObject)).toHaveLength(50_000);
  expect(shown({ masks })).toContain("TOKEN=[redacted] TOKEN=[redacted string, 3 chars]");
  expect(shown({ token: nested })).toContain("nested too deep");
  expect(() => readJson(shown({ token: nested }))).not.toThrow();
});
