import * as z from "zod";

/** Position of a walk through a listing that is sorted by the time of the last update. */
export interface WalkPosition {
  /** The time of the last thing seen; undefined before the first. */
  readonly since?: string;
  /** The page to ask for next; the first without it. */
  readonly page?: number;
  /** The vendor's own token for what comes next, where it has such; then `since` is where the walk began. */
  readonly next?: string;
  /** The newest time seen, where `next` says the place. */
  readonly seen?: string;
  /** When the server answered the first page of this walk, by its own clock. */
  readonly began?: string;
  /** The walk came to the end: the next one begins some minutes earlier, for a thing may be shown late. */
  readonly isDone?: true;
  /** Of the first page that the next walk will ask for. */
  readonly etag?: string;
}

/** Page of a listing, as the vendor answered it. */
export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly hasNext: boolean;
  /** The vendor's token for the next page, which no edit can shift. */
  readonly next?: string;
  readonly etag?: string;
  /** When the server answered, by its own clock. */
  readonly servedAt?: string;
}

/** Query for a page of a listing. */
export interface ListQuery {
  readonly since?: string;
  readonly page: number;
  readonly next?: string;
  readonly etag?: string;
}

/** Page of a walk, and the position behind it. */
export interface WalkPage<Item> {
  readonly items: readonly Item[];
  /** Resumes right behind these items. */
  readonly position: WalkPosition;
}

/** A vendor's machines disagree about the time, and show what they wrote with a delay. */
const OVERLAP_MS = 5 * 60_000;

/**
 * Walks a listing of what changed, oldest change first. Instead of turning pages it asks anew from the last time it
 * saw, since an edit during the walk would shift every later page by one; pages are turned only among things of one
 * and the same time, and where the vendor's own token holds the place.
 */
export async function* walkListing<Item>(
  start: WalkPosition,
  updatedAt: (item: Item) => Date,
  list: (query: ListQuery) => Promise<Listed<Item> | "unchanged">,
): AsyncGenerator<WalkPage<Item>> {
  let query: ListQuery = {
    page: start.page ?? 1,
    ...since(start.isDone ? earlier(start.since) : start.since),
    ...(start.next === undefined ? {} : { next: start.next }),
    ...(start.isDone && start.etag ? { etag: start.etag } : {}),
  };
  let newest = start.seen ?? start.since;
  let began = start.isDone ? undefined : start.began;
  for (;;) {
    const listed = await list(query);
    if (listed === "unchanged") return;
    began ??= listed.servedAt;
    const last = listed.items.at(-1);
    if (last) newest = later(newest, updatedAt(last).toISOString());
    if (!listed.hasNext) {
      // A thing dated in the future must not hide what changes until then.
      const end = earliest(newest, began);
      // The etag is of use only where the next walk will ask for the very same page.
      const isSame = query.page === 1 && query.next === undefined && query.since === earlier(end);
      const etag = isSame && listed.etag ? { etag: listed.etag } : {};
      yield { items: listed.items, position: { ...since(end), isDone: true, ...etag } };
      return;
    }
    query = nextQuery(query, newest, listed.next);
    yield {
      items: listed.items,
      position: { ...positionOf(query, newest), ...(began === undefined ? {} : { began }) },
    };
  }
}

function positionOf(query: ListQuery, newest: string | undefined): WalkPosition {
  if (query.next === undefined) return { ...since(query.since), page: query.page };
  return { ...since(query.since), next: query.next, ...(newest === undefined ? {} : { seen: newest }) };
}

function nextQuery(asked: ListQuery, newest: string | undefined, next: string | undefined): ListQuery {
  if (next !== undefined) return { ...since(asked.since), page: 1, next };
  const isAhead = newest !== undefined && (asked.since === undefined || newest > asked.since);
  return isAhead ? { since: newest, page: 1 } : { ...since(asked.since), page: asked.page + 1 };
}

const since = (time: string | undefined) => (time === undefined ? {} : { since: time });

function earlier(time: string | undefined): string | undefined {
  return time === undefined ? undefined : new Date(Date.parse(time) - OVERLAP_MS).toISOString();
}

const later = (one: string | undefined, other: string) => (one === undefined || other > one ? other : one);

const earliest = (one: string | undefined, other: string | undefined) =>
  one === undefined || other === undefined || one < other ? one : other;

/** A header `Date` as a part of a page. */
export function servedAt(date: unknown): { readonly servedAt?: string } {
  const time = typeof date === "string" ? Date.parse(date) : Number.NaN;
  return Number.isNaN(time) ? {} : { servedAt: new Date(time).toISOString() };
}

/** A position as it is kept in a cursor. */
export const positionSchema = z.object({
  since: z.exactOptional(z.string()),
  page: z.exactOptional(z.int()),
  next: z.exactOptional(z.string()),
  seen: z.exactOptional(z.string()),
  began: z.exactOptional(z.string()),
  isDone: z.exactOptional(z.literal(true)),
  etag: z.exactOptional(z.string()),
});
