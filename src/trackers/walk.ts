import * as z from "zod";

/** Where a walk through a listing is, sorted by the time of the last update. */
export interface Mark {
  /** The time of the last thing seen; undefined before the first. */
  readonly since?: string;
  /** The page to ask for next; the first without it. */
  readonly page?: number;
  /** The vendor's own token for what comes next, where it has such; then `since` is where the walk began. */
  readonly next?: string;
  /** The newest time seen, where `next` says the place. */
  readonly seen?: string;
  /** The walk came to the end: the next one begins a little earlier, for a thing may be shown late. */
  readonly isDone?: true;
  /** Of the first page that the next walk will ask for. */
  readonly etag?: string;
}

export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly hasNext: boolean;
  /** The vendor's token for the next page, which no edit can shift. */
  readonly next?: string;
  readonly etag?: string;
}

export interface Asking {
  readonly since?: string;
  readonly page: number;
  readonly next?: string;
  readonly etag?: string;
}

export interface Step<Item> {
  readonly items: readonly Item[];
  /** Resumes right behind these items. */
  readonly mark: Mark;
}

const OVERLAP_MS = 2_000;

/**
 * Walks a listing of what changed, oldest change first. Instead of turning pages it asks anew from the last time it
 * saw, since an edit during the walk would shift every later page by one; pages are turned only among things of one
 * and the same time, and where the vendor's own token holds the place.
 */
export async function* walk<Item>(
  start: Mark,
  updatedAt: (item: Item) => Date,
  list: (asking: Asking) => Promise<Listed<Item> | "unchanged">,
): AsyncGenerator<Step<Item>> {
  let asking: Asking = {
    page: start.page ?? 1,
    ...since(start.isDone ? earlier(start.since) : start.since),
    ...(start.next === undefined ? {} : { next: start.next }),
    ...(start.isDone && start.etag ? { etag: start.etag } : {}),
  };
  let newest = start.seen ?? start.since;
  for (;;) {
    const listed = await list(asking);
    if (listed === "unchanged") return;
    const last = listed.items.at(-1);
    if (last) newest = later(newest, updatedAt(last).toISOString());
    if (!listed.hasNext) {
      // The etag is of use only where the next walk will ask for the very same page.
      const isSame = asking.page === 1 && asking.next === undefined && asking.since === earlier(newest);
      const etag = isSame && listed.etag ? { etag: listed.etag } : {};
      yield { items: listed.items, mark: { ...since(newest), isDone: true, ...etag } };
      return;
    }
    asking = nextAsking(asking, newest, listed.next);
    yield { items: listed.items, mark: markOf(asking, newest) };
  }
}

function markOf(asking: Asking, newest: string | undefined): Mark {
  if (asking.next === undefined) return { ...since(asking.since), page: asking.page };
  return { ...since(asking.since), next: asking.next, ...(newest === undefined ? {} : { seen: newest }) };
}

function nextAsking(asked: Asking, newest: string | undefined, next: string | undefined): Asking {
  if (next !== undefined) return { ...since(asked.since), page: 1, next };
  const isAhead = newest !== undefined && (asked.since === undefined || newest > asked.since);
  return isAhead ? { since: newest, page: 1 } : { ...since(asked.since), page: asked.page + 1 };
}

const since = (time: string | undefined) => (time === undefined ? {} : { since: time });

function earlier(time: string | undefined): string | undefined {
  return time === undefined ? undefined : new Date(Date.parse(time) - OVERLAP_MS).toISOString();
}

const later = (one: string | undefined, other: string) => (one === undefined || other > one ? other : one);

/** A mark as it is kept in a cursor. */
export const markSchema = z.object({
  since: z.exactOptional(z.string()),
  page: z.exactOptional(z.int()),
  next: z.exactOptional(z.string()),
  seen: z.exactOptional(z.string()),
  isDone: z.exactOptional(z.literal(true)),
  etag: z.exactOptional(z.string()),
});
