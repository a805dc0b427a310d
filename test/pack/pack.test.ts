import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

const root = path.join(import.meta.dirname, "../..");
const manifest = z
  .object({ version: z.string(), dependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")));
const packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })]);

describe("the package", () => {
  let folder = "";
  let tarball = "";
  let files: readonly string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "preloop-pack-"));
    const { stdout } = await npm("pack", "--json", "--ignore-scripts", "--pack-destination", folder);
    const [pack] = packed.parse(JSON.parse(stdout));
    tarball = path.join(folder, pack.filename);
    files = pack.files.map((file) => file.path);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("holds the program, what it reads while it runs, and what people read", () => {
    expect(files).toEqual(
      expect.arrayContaining([
        "bin/preloop.js",
        "dist/main.js",
        "dist/daemon.js",
        "dist/pgdata.pack.br",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "preloop.config.example.json",
        "preloop.schema.json",
        ...migrations(),
      ]),
    );
  });

  test("holds nothing else", () => {
    const expected =
      /^(bin\/preloop\.js|dist\/(main|daemon)\.js|dist\/chunks\/[\w-]+\.js|dist\/pgdata\.pack\.br|prisma\/migrations\/.+|docs\/.+|LICENSE|README\.md|CHANGELOG\.md|preloop\.(config\.example|schema)\.json|package\.json)$/;
    expect(files.filter((file) => !expected.test(file))).toEqual([]);
  });

  test("imports nothing that an install leaves out", async () => {
    const own = new Set([...Object.keys(manifest.dependencies), ...builtinModules]);
    const imported = Object.values(await bundle(folder)).flatMap((output) => output.imports);
    const packages = new Set(imported.filter((one) => one.external).map((one) => packageOf(one.path)));
    expect([...packages].filter((name) => !own.has(name))).toEqual([]);
  });

  test("starts a server from the bundle alone: each package it loads would cost the start", async () => {
    const outputs = await bundle(folder);
    const [entry] = Object.entries(outputs).find(
      ([, { entryPoint }]) => entryPoint === "src/app/serve-stdio.ts",
    )!;
    const packages = loadedAtOnce(outputs, entry).filter((file) => !builtinModules.includes(packageOf(file)));
    expect(packages).toEqual([]);
  });

  test("runs from an empty prefix with an empty home", { timeout: 180_000 }, async () => {
    const prefix = path.join(folder, "prefix");
    const home = path.join(folder, "home");
    mkdirSync(home);
    await npm("install", "--global", "--prefix", prefix, "--prefer-offline", tarball);
    const program = path.join(prefix, "bin/preloop");
    const env = { PATH: process.env.PATH, HOME: home };
    const { stdout } = await execa(program, ["--version"], { env, extendEnv: false, cwd: home });
    expect(stdout.trim()).toBe(manifest.version);
    expect(readdirSync(home)).toEqual([]);
  });
});

function npm(...args: readonly string[]) {
  return execa("npm", args, { cwd: root });
}

function migrations(): readonly string[] {
  const folder = path.join(root, "prisma/migrations");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => path.extname(file))
    .map((file) => path.posix.join("prisma/migrations", ...file.split(path.sep)));
}

const output = z.object({
  entryPoint: z.string().optional(),
  imports: z.array(z.object({ path: z.string(), kind: z.string(), external: z.boolean().optional() })),
});
type Outputs = Readonly<Record<string, z.output<typeof output>>>;

/** What the bundle consists of, by the bundler's own account. */
async function bundle(folder: string): Promise<Outputs> {
  const metafile = path.join(folder, "meta.json");
  const args = [`--outdir=${path.join(folder, "bundle")}`, `--metafile=${metafile}`];
  await npm("run", "bundle", "--silent", "--", ...args);
  const meta = z.object({ outputs: z.record(z.string(), output) });
  return meta.parse(JSON.parse(readFileSync(metafile, "utf8"))).outputs;
}

/** What a file of the bundle imports from outside of it, through all the files that come with it. */
function loadedAtOnce(outputs: Outputs, entry: string, seen = new Set<string>()): string[] {
  if (seen.has(entry)) return [];
  seen.add(entry);
  return outputs[entry]!.imports.filter((one) => one.kind === "import-statement").flatMap((one) =>
    one.external ? [one.path] : loadedAtOnce(outputs, one.path, seen),
  );
}

function packageOf(specifier: string): string {
  const parts = specifier.replace(/^node:/, "").split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
