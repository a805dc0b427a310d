import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

// Inside the repository, so that a bundle finds its packages.
const cache = path.join(import.meta.dirname, "../../.cache/test");

/** Makes a TypeScript program that stands on `src` into one that Node runs as it is; returns its path. */
export async function bundleSource(entry, name = `${path.basename(entry, ".ts")}-${process.pid}`) {
  const outfile = path.join(cache, `${name}.mjs`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    packages: "external",
    conditions: ["preloop-src"],
    logLevel: "warning",
  });
  return outfile;
}

/** Imports such a program, since Node 20 runs no TypeScript. The bundle keeps its name from run to run. */
export async function importSource(entry, name) {
  return import(pathToFileURL(await bundleSource(entry, name)).href);
}
