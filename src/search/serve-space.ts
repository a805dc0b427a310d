import { type Db, dropSpace, indexSpace, listSpaces, readCoverage, type SpaceRow, serveSpace } from "#store";

/** The share of texts from which on a new space may serve. */
export const ENOUGH = 0.95;
// Up to here looking at all vectors is quick enough.
const INDEX_FROM = 20_000;

/** Lets a space serve that has enough, with an index when it is large, and takes away the one it replaces. */
export async function serveWhenReady(db: Db, { number }: SpaceRow, skipped: number): Promise<void> {
  const { documents, embedded } = await readCoverage(db, number);
  if (embedded === 0 || embedded + skipped < documents * ENOUGH) return;
  const space = (await listSpaces(db)).find((one) => one.number === number);
  if (!space) return;
  await indexWhenLarge(db, space, embedded);
  if (space.state === "building") await db.transaction((tx) => serveSpace(tx, number));
  await dropLeaving(db);
}

/** Takes away the spaces that have been replaced. */
export async function dropLeaving(db: Db): Promise<void> {
  for (const { number, state } of await listSpaces(db))
    if (state === "leaving") while (!(await dropSpace(db, number, 1000)));
}

/** Makes the index of a space that has become large; small ones are looked at as a whole. */
export async function indexWhenLarge(db: Db, space: SpaceRow, embedded: number): Promise<void> {
  if (!space.isIndexed && embedded >= INDEX_FROM) await indexSpace(db, space);
}
