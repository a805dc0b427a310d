import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import * as z from "zod";

const issue = z.object({
  id: z.string(),
  project: z.string().default("p"),
  title: z
    .string()
    .nullish()
    .transform((text) => text ?? ""),
  body: z
    .string()
    .nullish()
    .transform((text) => text ?? ""),
  created: z.string().transform((text) => new Date(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"))),
});
const pair = z.tuple([z.string(), z.string()]);
const duplicates = z.union([
  z.array(pair),
  z.object({ pairs: z.array(pair) }).transform(({ pairs }) => pairs),
]);

export type Report = z.infer<typeof issue>;

/** A report, and the older ones that people said are the same. */
export interface Question {
  readonly report: Report;
  readonly relevant: ReadonlySet<string>;
}

export interface EvalData {
  readonly name: string;
  /** In order of creation. */
  readonly reports: readonly Report[];
  readonly questions: readonly Question[];
}

/** Reads a folder of reports and duplicates. Of each group of duplicates all but the oldest ask for the older ones. */
export function readData(folder: string): EvalData {
  const lines = readMaybeZipped(path.join(folder, "issues.jsonl"))
    .split("\n")
    .filter((line) => line.trim() !== "");
  const reports = lines.map((line) => issue.parse(JSON.parse(line))).sort((a, b) => +a.created - +b.created);
  const pairs = duplicates.parse(JSON.parse(readMaybeZipped(path.join(folder, "duplicates.json"))));
  return { name: path.basename(folder), reports, questions: questionsOf(reports, pairs) };
}

function readMaybeZipped(file: string): string {
  return existsSync(file)
    ? readFileSync(file, "utf8")
    : gunzipSync(readFileSync(`${file}.gz`)).toString("utf8");
}

function questionsOf(reports: readonly Report[], pairs: readonly (readonly [string, string])[]): Question[] {
  const groups = new Map<string, Set<string>>();
  for (const [one, other] of pairs) {
    const joined = new Set([...(groups.get(one) ?? [one]), ...(groups.get(other) ?? [other])]);
    for (const id of joined) groups.set(id, joined);
  }
  const older = new Map<Set<string>, string[]>();
  const questions: Question[] = [];
  for (const report of reports) {
    const group = groups.get(report.id);
    if (!group) continue;
    const before = older.get(group) ?? [];
    if (before.length > 0) questions.push({ report, relevant: new Set(before) });
    older.set(group, [...before, report.id]);
  }
  return questions;
}
