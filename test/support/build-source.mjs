import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const test = path.join(import.meta.dirname, "..");

// Node 20 runs no TypeScript. What is made of it lies inside the repository, so that it finds its packages.
export async function buildSource(file, suffix = "") {
  const outfile = path.join(test, "../.cache", `${file.replace(/\.ts$/, "")}${suffix}.mjs`);
  await build({
    entryPoints: [path.join(test, file)],
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

export async function importSource(file) {
  return import(pathToFileURL(await buildSource(file)).href);
}
