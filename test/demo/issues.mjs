// The issue tools, end to end on this machine: npm run demo:issues
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";

const root = path.join(import.meta.dirname, "../..");
const outfile = path.join(root, ".cache/demo/issues.mjs");
await build({
  entryPoints: [path.join(import.meta.dirname, "issues.ts")],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  conditions: ["preloop-src"],
  logLevel: "warning",
});
const { showIssueTools } = await import(outfile);
const folder = await mkdtemp(path.join(tmpdir(), "preloop-demo-"));
try {
  await showIssueTools(folder, path.join(root, "bin/preloop.js"));
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
