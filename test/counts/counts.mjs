// Counts what the house is to keep small. It counts and never judges: `test/floors.test.ts` does, by the same counting.
//   npm run counts [-- --all] [-- --src FOLDER]     --all lists shorter functions and the docstrings, too
import path from "node:path";
import { build } from "esbuild";

const root = path.join(import.meta.dirname, "../..");
const outfile = path.join(root, ".cache/counts/counts.mjs");
await build({
  entryPoints: [path.join(import.meta.dirname, "counts.ts")],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  logLevel: "warning",
});
await import(outfile);
