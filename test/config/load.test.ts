import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { sha256 } from "#base";
import { loadConfig, trustFile } from "#config";
import { createPlace } from "./support.ts";

const CONFIG = ".config/preloop/preloop.config.json";
const ALLOW = '{ "policy": { "default": "allow" } }';

test("no file at all is fine", async () => {
  const loaded = await loadConfig(createPlace().settings());
  expect(loaded).toMatchObject({ source: { kind: "none" }, notes: [], digest: sha256("") });
  expect(loaded.config.policy.default).toBe("ask");
});

test("a named file that is not there refuses to start, and says who named it", async () => {
  const place = createPlace();
  await expect(loadConfig(place.settings({ flag: "gone.json" }))).rejects.toMatchObject({
    code: "config_missing",
    message: "No config at gone.json, named by --config; start from preloop.config.example.json",
  });
  await expect(
    loadConfig(place.settings({ env: { PRELOOP_CONFIG: "/gone/too.json" } })),
  ).rejects.toMatchObject({
    code: "config_missing",
    message: "No config at /gone/too.json, named by PRELOOP_CONFIG; start from preloop.config.example.json",
  });
});

test.for([
  ["empty", ""],
  ["blank", " \n"],
  ["cut off", '{ "policy": { "default": "al'],
  ["of another kind", "policy: allow"],
  ["contradictory", '{ "policy": { "default": "deny" }, "policy": { "default": "allow" } }'],
  ["not text", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
] as const)("S-51 a user's file that is %s refuses to start", async ([, content]) => {
  const place = createPlace();
  const file = place.write("userHome", CONFIG, "");
  writeFileSync(file, content);
  await expect(loadConfig(place.settings())).rejects.toMatchObject({ code: "config_invalid" });
});

test.for([
  ["a directory", (file: string) => mkdirSync(file)],
  ["a dangling link", (file: string) => symlinkSync("/nowhere/at/all", file)],
] as const)("S-51 a user's file that is %s refuses to start", async ([, make]) => {
  const place = createPlace();
  const file = place.write("userHome", CONFIG, "");
  rmSync(file);
  make(file);
  await expect(loadConfig(place.settings())).rejects.toSatisfy((error: { code: string }) =>
    /^config_/.test(error.code),
  );
});

test.skipIf(process.getuid?.() === 0)(
  "S-51 a user's file that cannot be read refuses to start (root can read all, so not as root)",
  async () => {
    const place = createPlace();
    chmodSync(place.write("userHome", CONFIG, ALLOW), 0);
    await expect(loadConfig(place.settings())).rejects.toMatchObject({ code: "config_invalid" });
  },
);

test("a project's file is not loaded until its user trusts it, and the note says how", async () => {
  const place = createPlace();
  place.write("project", "preloop.config.json", ALLOW);
  const loaded = await loadConfig(place.settings());
  expect(loaded.config.policy.default).toBe("ask");
  expect(loaded.notes).toEqual([
    "preloop.config.json was never trusted by you, so it is not loaded and preloop serves its own tools only; look at it and run: preloop trust",
  ]);
});

test("a trusted project's file is loaded until a byte of it changes", async () => {
  const place = createPlace();
  const file = place.write("project", "preloop.config.json", ALLOW);
  trustFile({ home: place.home }, file);
  const loaded = await loadConfig(place.settings());
  expect(loaded).toMatchObject({ source: { kind: "project", path: file }, digest: sha256(ALLOW) });
  expect(loaded.config.policy.default).toBe("allow");
  expect(loaded.where(["policy", "default"])).toBe("preloop.config.json:1:26");

  writeFileSync(file, `${ALLOW} `);
  const changed = await loadConfig(place.settings());
  expect(changed.source).toEqual({ kind: "untrusted", path: file, changed: true });
  expect(changed.notes[0]).toContain("changed since it was trusted");
});

test("a file that changes between finding and loading is judged by what is loaded", async () => {
  const place = createPlace();
  const file = place.write("project", "preloop.config.json", "{}");
  trustFile({ home: place.home }, file);
  const settings = place.settings();
  writeFileSync(file, ALLOW);
  expect((await loadConfig(settings)).config.policy.default).toBe("ask");
});

test("trust is kept per user and file, for its user's eyes alone", () => {
  const place = createPlace();
  const one = place.write("project", "preloop.config.json", "{}");
  const two = place.write("project", "sub/preloop.config.json", "{}");
  trustFile({ home: place.home }, one);
  trustFile({ home: place.home }, two);
  const record = path.join(place.home, "trust.json");
  expect(Object.keys(JSON.parse(readFileSync(record, "utf8")).files)).toEqual([one, two]);
  expect(statSync(record).mode & 0o777).toBe(0o600);
  expect(statSync(place.home).mode & 0o777).toBe(0o700);
});

test("a broken trust record trusts nothing", () => {
  const place = createPlace();
  const file = place.write("project", "preloop.config.json", "{}");
  trustFile({ home: place.home }, file);
  writeFileSync(path.join(place.home, "trust.json"), '{ "files": [');
  expect(place.settings().source.kind).toBe("untrusted");
});

test("S-46 a trust record that others can write is refused", () => {
  const place = createPlace();
  const file = place.write("project", "preloop.config.json", "{}");
  trustFile({ home: place.home }, file);
  chmodSync(path.join(place.home, "trust.json"), 0o666);
  expect(() => place.settings()).toThrow(/must be yours alone/);
});

test("S-46 a home that others can write trusts nothing", () => {
  const place = createPlace();
  const file = place.write("project", "preloop.config.json", "{}");
  trustFile({ home: place.home }, file);
  chmodSync(place.home, 0o777);
  expect(place.settings().source.kind).toBe("untrusted");
});

test("a pipe in place of a project's file does not hold up the start", () => {
  const place = createPlace();
  const file = place.write("project", "preloop.config.json", "{}");
  trustFile({ home: place.home }, file);
  rmSync(file);
  const makePipe = "mkfifo";
  execFileSync(makePipe, [file]);
  expect(place.settings().source).toEqual({ kind: "untrusted", path: file, changed: true });
});
