import { parseArgs } from "node:util";
import { opensWithQuestion, typeDocstrings } from "./docstrings.ts";
import { readFolders } from "./folders.ts";
import { functionsOf } from "./functions.ts";
import { circlesOf } from "./imports.ts";
import { doubledNames, exportedNames } from "./names.ts";
import { readSources } from "./source.ts";
import { spreadOf } from "./spread.ts";

const { values: options } = parseArgs({
  options: { src: { type: "string", default: "src" }, all: { type: "boolean", default: false } },
});
const sources = readSources(options.src);
const folders = readFolders(options.src);
const doubled = doubledNames(sources);
const functions = sources.flatMap(functionsOf).sort((a, b) => b.lines - a.lines);
const docstrings = sources.flatMap(typeDocstrings);
const questions = docstrings.filter(opensWithQuestion);
const circles = circlesOf(sources);
const lengths = spreadOf(sources.map(({ text }) => text.split("\n").length - 1));

const longer = (limit: number) => functions.filter(({ lines }) => lines > limit);
const entriesOf = (room: string) => folders.find(({ folder }) => folder === room)?.entries ?? 0;

printTable([
  ["files", sources.length],
  ["exported names, once for each file that defines one", sources.flatMap(exportedNames).length],
  ["exported names defined in two rooms", doubled.length],
  ["files and folders directly in cli", entriesOf("cli")],
  ["files and folders directly in gateway", entriesOf("gateway")],
  ["folders of more than 30 files", folders.filter(({ files }) => files > 30).length],
  ["functions", functions.length],
  ["functions over 30 lines", longer(30).length],
  ["functions over 60 lines", longer(60).length],
  ["functions over 100 lines", longer(100).length],
  ["lines of a file, median", lengths.median],
  ["lines of a file, p90", lengths.p90],
  ["lines of a file, most", lengths.max],
  ["circles of imports, types too", circles.length],
  ["docstrings of exported types", docstrings.length],
  ["docstrings of exported types that open with a question word", questions.length],
]);
printList(
  "Exported names defined in two rooms",
  doubled.map(({ name, files }) => `${name}  ${files.join(" ")}`),
);
printList(
  "Folders of more than 30 files",
  folders.filter(({ files }) => files > 30).map(({ folder, files }) => `${folder}  ${files}`),
);
const limit = options.all ? 30 : 60;
printList(
  `Functions over ${limit} lines`,
  longer(limit).map(({ file, line, name, lines }) => `${file}:${line}  ${name}  ${lines}`),
);
printList(
  "Circles of imports",
  circles.map((files) => files.join(" ")),
);
if (options.all)
  printList(
    "Docstrings of exported types that open with a question word",
    questions.map(({ file, line, name, opening }) => `${file}:${line}  ${name}  ${opening}`),
  );

function printTable(rows: readonly (readonly [string, number])[]): void {
  for (const [title, count] of rows) console.log(`${title.padEnd(60)}${String(count).padStart(6)}`);
}

function printList(title: string, lines: readonly string[]): void {
  if (lines.length > 0) console.log(`\n${title}:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}
