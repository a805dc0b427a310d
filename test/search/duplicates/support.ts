import { checkDuplicates, indexStale, listDuplicates } from "#search";
import type { Db } from "#store";
import { someIssue } from "../../support/issues.ts";
import { NO_MODELS } from "../support.ts";

const at = (day: string) => new Date(`2026-01-${day}T00:00:00Z`);

export const CRASH = "Crash in TableView when rotating";
/** Four issues, of which the first and the third say the same. */
export const reports = [
  someIssue("1", { title: CRASH, body: "NullPointerException on rotate", createdAt: at("01") }),
  someIssue("2", { title: "Dark theme for the editor", body: "Please add one.", createdAt: at("02") }),
  someIssue("3", {
    project: "q",
    key: "q#3",
    title: "TableView crashes on rotation",
    body: "NullPointerException",
    createdAt: at("03"),
  }),
  someIssue("4", { title: "Docs speak of an old flag", body: "--legacy is gone", createdAt: at("04") }),
];

/** Indexes what was saved, and looks for duplicates around what changed; how many issues that were. */
export async function check(db: Db): Promise<number> {
  await indexStale(db, NO_MODELS);
  return checkDuplicates(db, NO_MODELS);
}

/** The keys of the pairs that are listed, the older issue's first. */
export const keysOfPairs = async (db: Db, filter: object = {}) =>
  (await listDuplicates(db, { limit: 10, threshold: 0.3, ...filter })).map(({ older, newer }) => [
    older.key,
    newer.key,
  ]);
