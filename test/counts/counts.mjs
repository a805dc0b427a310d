// Counts what the house is to keep small. It counts and never judges: `test/floors.test.ts` does, by the same counting.
//   npm run counts [-- --all] [-- --src FOLDER]     --all lists shorter functions and the docstrings, too
import path from "node:path";
import { importSource } from "../support/bundle-source.mjs";

await importSource(path.join(import.meta.dirname, "counts.ts"), "counts");
