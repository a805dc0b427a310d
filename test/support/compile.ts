import path from "node:path";
import { build } from "esbuild";

const root = path.join(import.meta.dirname, "../..");

/** Bundles a TypeScript fixture so that plain Node can run it in a process of its own; returns the program's path. */
export async function compileFixture(fixture: string): Promise<string> {
  const name = path.basename(fixture, ".ts");
  const outfile = path.join(root, ".cache", "fixtures", `${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [path.join(root, "test/fixtures", fixture)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    conditions: ["preloop-src"],
    logLevel: "warning",
  });
  return outfile;
}
