// Counts what the house is to keep small. It counts and never judges: `test/floors.test.ts` does, by the same counting.
//   npm run counts [-- --all] [-- --src FOLDER]     --all lists shorter functions and the docstrings, too
import { importSource } from "../support/build-source.mjs";

await importSource("counts/counts.ts");
