// Measures how well search finds what people linked as duplicates. It measures and never judges.
//   npm run eval [-- FOLDER …] [--every N] [--json]
// A folder holds `issues.jsonl` or `issues.jsonl.gz` (id, title, body, created) and `duplicates.json` (pairs of ids).
import path from "node:path";
import { build } from "esbuild";

const root = path.join(import.meta.dirname, "../..");
const outfile = path.join(root, ".cache/eval/measure.mjs");
await build({
  entryPoints: [path.join(import.meta.dirname, "measure.ts")],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  conditions: ["preloop-src"],
  logLevel: "warning",
});
await import(outfile);
// Whether well-written reports score higher is measured on the same folders.
await import("./compliance.mjs");
