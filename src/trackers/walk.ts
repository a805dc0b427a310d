/** Where a walk through a listing is, sorted by the time of the last update. */
export interface Mark {
  /** The time of the last thing seen; undefined before the first. */
  readonly since?: string;
  /** The page to ask for next; the first without it. */
  readonly page?: number;
  /** The walk came to the end: the next one begins a little earlier, for a thing may be shown late. */
  readonly isDone?: true;
  /** Of the first page that the next walk will ask for. */
  readonly etag?: string;
}

export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly hasNext: boolean;
  readonly etag?: string;
}

export interface Asking {
  readonly since?: string;
  readonly page: number;
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
 * and the same time.
 */
export async function* walk<Item>(
  start: Mark,
  updatedAt: (item: Item) => Date,
  list: (asking: Asking) => Promise<Listed<Item> | "unchanged">,
): AsyncGenerator<Step<Item>> {
  let asking: Asking = {
    page: start.page ?? 1,
    ...since(start.isDone ? earlier(start.since) : start.since),
    ...(start.isDone && start.etag ? { etag: start.etag } : {}),
  };
  let newest = start.since;
  for (;;) {
    const listed = await list(asking);
    if (listed === "unchanged") return;
    const last = listed.items.at(-1);
    if (last) newest = later(newest, updatedAt(last).toISOString());
    if (!listed.hasNext) {
      // The etag is of use only where the next walk will ask for the very same page.
      const isSame = asking.page === 1 && asking.since === earlier(newest);
      const etag = isSame && listed.etag ? { etag: listed.etag } : {};
      yield { items: listed.items, mark: { ...since(newest), isDone: true, ...etag } };
      return;
    }
    asking = nextAsking(asking, newest);
    yield { items: listed.items, mark: { ...since(asking.since), page: asking.page } };
  }
}

function nextAsking(asked: Asking, newest: string | undefined): Asking {
  const isAhead = newest !== undefined && (asked.since === undefined || newest > asked.since);
  return isAhead ? { since: newest, page: 1 } : { ...since(asked.since), page: asked.page + 1 };
}

const since = (time: string | undefined) => (time === undefined ? {} : { since: time });

function earlier(time: string | undefined): string | undefined {
  return time === undefined ? undefined : new Date(Date.parse(time) - OVERLAP_MS).toISOString();
}

const later = (one: string | undefined, other: string) => (one === undefined || other > one ? other : one);
