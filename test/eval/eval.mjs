// Measures how well search finds what people linked as duplicates. It measures and never judges.
//   npm run eval [-- FOLDER …] [--every N] [--json]
// A folder holds `issues.jsonl` or `issues.jsonl.gz` (id, title, body, created) and `duplicates.json` (pairs of ids).
import { importSource } from "../support/build-source.mjs";

await importSource("eval/measure.ts");
// Whether well-written reports score higher is measured on the same folders.
await import("./compliance.mjs");
