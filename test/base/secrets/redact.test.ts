import { expect, test } from "vitest";
import { type Json, type JsonObject, REDACTED, readJson, redactJson, redactText, writeJson } from "#base";

const R = REDACTED;
const M = (length: number, kind = "string") =>
  `[redacted ${kind}, ${length} ${length === 1 ? "char" : "chars"}]`;

test.for([
  // names
  ["GITHUB_TOKEN=abc123 npm publish", `GITHUB_TOKEN=${R} npm publish`],
  ['export DB_PASSWORD="two words" && ls', `export DB_PASSWORD="${R}" && ls`],
  ["password: hunter2", `password: ${R}`],
  ["api-key = 12345", `api-key = ${R}`],
  ['{"password":"hun\\"ter2","user":"ana"}', `{"password":"${R}","user":"ana"}`],
  ['{\\"client_secret\\":\\"x-y\\",\\"a\\":1}', `{\\"client_secret\\":\\"${R}\\",\\"a\\":1}`],
  ["https://x.example/cb?access_token=abc&state=7", `https://x.example/cb?access_token=${R}&state=7`],
  // flags
  ["deploy --token=abc --force", `deploy --token=${R} --force`],
  ["mysql --password hunter2 app", `mysql --password ${R} app`],
  ["login --password-stdin registry.example", "login --password-stdin registry.example"],
  ["login --token-file /run/secrets/t", "login --token-file /run/secrets/t"],
  ["--token --force", "--token --force"],
  ["curl -u ana:hunter2 https://x.example", `curl -u ana:${R} https://x.example`],
  ["docker run -u 1000:1000 img", "docker run -u 1000:1000 img"],
  // headers
  ["--header=Authorization: tok3n-x", `--header=Authorization: ${R}`],
  ['curl -H "Authorization: Bearer abc.def" x', `curl -H "Authorization: Bearer ${R}" x`],
  ["authorization: basic YTpi", `authorization: basic ${R}`],
  ["X-Api-Key: k1", `X-Api-Key: ${R}`],
  ["Cookie: sid=abc; theme=dark", `Cookie: sid=${R}; theme=${R}`],
  ["send Bearer x", `send Bearer ${R}`],
  ["use Basic dXNlcjpwYXNz now", `use Basic ${R} now`],
  // addresses
  ["https://user:pass@host/x", `https://${R}@host/x`],
  ["git clone https://abcdef@github.com/a/b", `git clone https://${R}@github.com/a/b`],
  ["postgres://u:p@ss@db/app", `postgres://${R}@db/app`],
  ["ssh://git@host/x", "ssh://git@host/x"],
  // shapes
  ["ghp_0123456789abcdefghij0123456789abcdef", R],
  ["x github_pat_11ABCDEFG0abcdefghijkl_x y", `x ${R} y`],
  ["glpat-abcdefghij0123456789", R],
  ["xoxb-1234567890-abcdef", R],
  ["sk-proj-abcdefghij0123456789", R],
  ["AKIAIOSFODNN7EXAMPLE", R],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def_1", R],
  ["a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nDEK-Info: x\n-----END RSA PRIVATE KEY-----\nb", `a\n${R}\nb`],
  ["-----BEGIN PRIVATE KEY-----\nMIIE", R],
] as const)("a secret inside text is masked, and only it: %s", ([text, safe]) => {
  expect(redactText(text)).toBe(safe);
  expect(redactText(safe)).toBe(safe);
});

test.for([
  "bearer tokens are described in the basic usage guide",
  "Basic authentication",
  "const token = readToken();",
  "login(password: string, token?: string)",
  "max_tokens: 4096",
  "the next page token",
  "sort_key=name keyboard: us",
  "src/task-management/secretary.ts:12: author: ana",
  "nextPageToken=abc",
  "git push origin sk-delete-old-branches",
])("plain text stays as it is: %s", (text) => {
  expect(redactText(text)).toBe(text);
});

test.for(["curl --token=$(rm -rf ~)", "x --token=`id`", 'x --password "$(id)"', "x --token=$TOKEN"])(
  "what a shell would run is never hidden: %s",
  (text) => {
    expect(redactText(text)).toBe(text);
  },
);

test("a mask ends where the command goes on", () => {
  expect(redactText("curl --token=abc;rm -rf ~")).toBe(`curl --token=${R};rm -rf ~`);
});

test.for([
  "password",
  "Passwd",
  "user_password",
  "token",
  "access-token",
  "accessToken",
  "GITHUB_TOKEN",
  "secret",
  "client_secret",
  "clientSecret",
  "api_key",
  "apikey",
  "X-API-Key",
  "Authorization",
  "Set-Cookie",
  "credentials",
  "private_key",
  "AWS_SECRET_ACCESS_KEY",
  "access_key",
  "accessKeyId",
  "passphrase",
])("what stands under %s is masked", (key) => {
  expect(redactJson({ [key]: "hunter2" })).toEqual({ [key]: M(7) });
  expect(redactJson({ [key]: 12345 })).toEqual({ [key]: M(5, "number") });
  expect(redactJson({ [key]: ["a1", { b: "c1" }] })).toEqual({ [key]: [M(2), { b: M(2) }] });
  for (const plain of [true, false, null, ""])
    expect(redactJson({ [key]: plain, a: { [key]: [plain] } })).toEqual({
      [key]: plain,
      a: { [key]: [plain] },
    });
});

test.for(["max_tokens", "author", "secretary", "keyboard", "tokenizer", "token_count", "pageToken", "path"])(
  "what stands under %s is shown",
  (key) => {
    expect(redactJson({ [key]: "x" })).toEqual({ [key]: key === "max_tokens" ? M(1) : "x" });
    expect(redactJson({ [key]: 7 })).toEqual({ [key]: 7 });
  },
);

test("the user's own names are masked, by whole words", () => {
  const value = { ssn: "1", customer_ssn: "2", customerSsn: "3", classname: "4", "TAX-ID": "5" };
  expect(redactJson(value, { names: ["ssn", "taxId"] })).toEqual({
    ...value,
    ssn: M(1),
    customer_ssn: M(1),
    customerSsn: M(1),
    "TAX-ID": M(1),
  });
  expect(redactText("--tax-id 12", ["taxId"])).toBe(`--tax-id ${R}`);
});

test("pairs and argument lists are understood", () => {
  expect(redactJson({ name: "Authorization", value: "zzz" })).toEqual({
    name: "Authorization",
    value: M(3),
  });
  expect(redactJson({ name: "Accept", value: "json" })).toEqual({ name: "Accept", value: "json" });
  expect(redactJson(["run", "--token", "abc", "--force"])).toEqual(["run", "--token", M(3), "--force"]);
  expect(redactJson(["--pin-token", 1234, "--max-tokens", 7])).toEqual([
    "--pin-token",
    M(4, "number"),
    "--max-tokens",
    7,
  ]);
});

test("the original is left alone, numbers keep their source text, and __proto__ is a key like any other", () => {
  const value = readJson('{"__proto__":{"token":"x"},"n":1.0,"list":[{"password":"p"}]}') as JsonObject;
  const before = writeJson(value);
  expect(writeJson(redactJson(value))).toBe(
    `{"__proto__":{"token":"${M(1)}"},"n":1.0,"list":[{"password":"${M(1)}"}]}`,
  );
  expect(writeJson(value)).toBe(before);
  expect(({} as { token?: unknown }).token).toBeUndefined();
});

test("keys that are secrets are masked, and none falls under another", () => {
  const safe = redactJson({ ghp_aaaaaaaaaaaaaaaa: 1, ghp_bbbbbbbbbbbbbbbb: 2 }) as JsonObject;
  expect(Object.values(safe)).toEqual([1, 2]);
  expect(JSON.stringify(safe)).not.toContain("ghp_");
});

test("50 000 keys and 500 levels come through", () => {
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`key${n}`, `Bearer x${n}`]));
  const safe = Object.values(redactJson(wide) as JsonObject) as string[];
  expect(safe.every((value) => /^Bearer \[redacted bearer token, \d chars\]$/.test(value))).toBe(true);
  let deep: Json = { token: "x" };
  for (let n = 0; n < 500; n++) deep = n % 2 === 0 ? [deep] : { a: deep };
  expect(writeJson(redactJson(deep))).toBe(writeJson(deep).replace('"x"', `"${M(1)}"`));
});

test("deeper than any accepted value is cut, not followed", () => {
  let deep: Json = "x";
  for (let n = 0; n < 20_000; n++) deep = [deep];
  expect(writeJson(redactJson(deep))).toContain("nested too deep");
});

test("with a limit the copy is short, says so, and holds no half of a secret", () => {
  const secret = "ghp_0123456789abcdefghij0123456789abcdef";
  const text = writeJson(
    redactJson({ a: `${"x".repeat(90)}${secret}`, b: "y".repeat(9e6), c: 1 }, {}, { maxChars: 100 }),
  );
  expect(text.length).toBeLessThan(200);
  expect(text).toContain("…");
  expect(text).not.toContain("ghp_");
});

// Each of these made some pattern look again at the same text; a square law would take minutes here.
test.for([
  "a".repeat(400_000),
  "a=".repeat(200_000),
  "token='".repeat(60_000),
  'token=\\"'.repeat(60_000),
  "https://a:".repeat(40_000),
  "http://".repeat(60_000),
  "-----BEGIN PRIVATE KEY-----".repeat(20_000),
  "--token ".repeat(50_000),
  "cookie: a=".repeat(50_000),
  "bearer ".repeat(60_000),
  "eyJaaaa.".repeat(50_000),
  "-u a".repeat(100_000),
  " ".repeat(400_000),
  "password".repeat(50_000),
])("hostile text costs linear work (case %#)", { timeout: 10_000 }, (text) => {
  expect(typeof redactText(text)).toBe("string");
});
