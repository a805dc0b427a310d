// Measures whether reports that were fixed score higher than those that came back with a question. It measures and
// never judges.
//   node test/eval/compliance.mjs [FOLDER …] [--json]
// A folder holds `issues.jsonl` or `issues.jsonl.gz` with id, type, resolution, title and body (Jira's wiki markup).
import { importSource } from "../support/build-source.mjs";

await importSource("eval/compliance.ts");
