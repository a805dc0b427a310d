// The issue tools, end to end on this machine: npm run demo:issues
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { importSource } from "../support/build-source.mjs";

const root = path.join(import.meta.dirname, "../..");
const { showIssueTools } = await importSource("demo/issues.ts");
const folder = await mkdtemp(path.join(tmpdir(), "preloop-demo-"));
try {
  await showIssueTools(folder, path.join(root, "bin/preloop.js"));
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
