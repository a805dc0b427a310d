// Measures whether reports that were fixed score higher than those that came back with a question. It measures and
// never judges.
//   node test/eval/compliance.mjs [FOLDER …] [--json]
// A folder holds `issues.jsonl` or `issues.jsonl.gz` with id, type, resolution, title and body (Jira's wiki markup).
import path from "node:path";
import { build } from "esbuild";

const outfile = path.join(import.meta.dirname, "../../.cache/eval/compliance.mjs");
await build({
  entryPoints: [path.join(import.meta.dirname, "compliance.ts")],
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
