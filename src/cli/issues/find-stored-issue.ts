import { PreloopError } from "#base";
import type { Db, IssueRow } from "#store";

/** The synced issue that a key, or `tracker:key`, names. @throws issue_unknown, issue_ambiguous with the candidates */
export async function findStoredIssue(db: Db, identifier: string): Promise<IssueRow> {
  const { findIssueRow, listIssueRows } = await import("#store");
  const same = await listIssueRows(db, { keys: [identifier] });
  if (same.length > 1)
    throw new PreloopError(
      "issue_ambiguous",
      `"${identifier}" could be ${same.map(({ tracker, key }) => `${tracker}:${key}`).join(" or ")}; write one of these`,
    );
  const colon = identifier.indexOf(":");
  const found =
    same[0] ??
    (colon > 0
      ? await findIssueRow(db, { tracker: identifier.slice(0, colon), key: identifier.slice(colon + 1) })
      : undefined);
  if (found) return found;
  throw new PreloopError(
    "issue_unknown",
    `The store has no issue "${identifier}"; write its key like acme/app#7 or APP-7, and run preloop sync if it is new`,
  );
}
