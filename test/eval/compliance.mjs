// Measures whether reports that were fixed score higher than those that came back with a question. It measures and
// never judges.
//   node test/eval/compliance.mjs [FOLDER …] [--json]
// A folder holds `issues.jsonl` or `issues.jsonl.gz` with id, type, resolution, title and body (Jira's wiki markup).
import path from "node:path";
import { importSource } from "../support/bundle-source.mjs";

await importSource(path.join(import.meta.dirname, "compliance.ts"), "eval-compliance");
