import { spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { loadSecretKey, openHome } from "#config";
import { createPlace } from "../support.ts";

test("S-46 the home is made for its user alone", () => {
  const { home } = createPlace();
  openHome(home);
  expect(statSync(home).mode & 0o777).toBe(0o700);
});

test("S-46 a home that others can look into is closed to them", () => {
  const { home } = createPlace();
  mkdirSync(home, { recursive: true, mode: 0o755 });
  openHome(home);
  expect(statSync(home).mode & 0o777).toBe(0o700);
});

function openToAll(home: string): void {
  mkdirSync(home);
  chmodSync(home, 0o777);
}

test.for([
  ["a symbolic link", (home: string) => symlinkSync(path.dirname(path.dirname(home)), home)],
  ["not a directory", (home: string) => writeFileSync(home, "")],
  ["can be written by other users", openToAll],
] as const)("S-46 a home that is %s is refused", ([fault, make]) => {
  const { home } = createPlace();
  mkdirSync(path.dirname(home), { recursive: true });
  make(home);
  expect(() => openHome(home)).toThrow(
    expect.objectContaining({ code: "home_unusable", message: expect.stringContaining(fault) }),
  );
});

test.skipIf(process.getuid?.() !== 0)("S-46 a home of another user is refused", async () => {
  const { home } = createPlace();
  openHome(home);
  const { chownSync } = await import("node:fs");
  chownSync(home, 12_345, 12_345);
  expect(() => openHome(home)).toThrow(/belongs to another user/);
});

test("SECRET_KEY is the key as it stands", async () => {
  const settings = createPlace().settings({ env: { SECRET_KEY: "your-secret-key" } });
  expect((await loadSecretKey(settings)).toString()).toBe("your-secret-key");
});

test("without SECRET_KEY one is made and kept, for its user alone", async () => {
  const place = createPlace();
  const key = await loadSecretKey(place.settings());
  expect(key.length).toBeGreaterThanOrEqual(32);
  expect(await loadSecretKey(place.settings())).toEqual(key);
  expect(statSync(path.join(place.home, "secret.key")).mode & 0o777).toBe(0o600);
  expect(readdirSync(place.home)).toEqual(["secret.key"]);
});

test("in production a key is never made", async () => {
  const settings = createPlace().settings({ env: { ENVIRONMENT: "production" } });
  await expect(loadSecretKey(settings)).rejects.toMatchObject({ code: "config_invalid" });
});

test("a key file that is empty, readable by others or a link is refused, not replaced", async () => {
  const place = createPlace();
  openHome(place.home);
  const file = path.join(place.home, "secret.key");
  writeFileSync(file, "", { mode: 0o600 });
  await expect(loadSecretKey(place.settings())).rejects.toThrow(/holds no key/);
  writeFileSync(file, "k".repeat(43));
  chmodSync(file, 0o644);
  await expect(loadSecretKey(place.settings())).rejects.toMatchObject({ code: "home_unusable" });
  rmSync(file);
  symlinkSync("/etc/hostname", file);
  await expect(loadSecretKey(place.settings())).rejects.toMatchObject({ code: "home_unusable" });
});

test("8 processes that start at once on an empty home end up with one key", async () => {
  const place = createPlace();
  const program = path.join(place.userHome, "key.mjs");
  await build({
    stdin: {
      contents: `import { loadSecretKey, readSettings } from "#config";
        const settings = readSettings({ env: process.env, cwd: process.cwd() });
        process.stdout.write((await loadSecretKey(settings)).toString());`,
      resolveDir: import.meta.dirname,
      loader: "ts",
    },
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["preloop-src"],
    mainFields: ["module", "main"],
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    outfile: program,
  });
  for (let round = 0; round < 3; round++) {
    rmSync(place.home, { recursive: true, force: true });
    const keys = await Promise.all(Array.from({ length: 8 }, () => outputOf(program, place.home)));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toBe(readFileSync(path.join(place.home, "secret.key"), "utf8").trim());
    expect(readdirSync(place.home)).toEqual(["secret.key"]);
  }
});

function outputOf(program: string, home: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], {
      env: { PRELOOP_HOME: home },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.on("error", reject);
    child.on("close", (status) =>
      status === 0 ? resolve(output) : reject(new Error(`left with ${status}`)),
    );
  });
}
