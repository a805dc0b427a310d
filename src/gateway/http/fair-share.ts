import { PreloopError } from "#base";

/** The owner of a session, as far as that can be known: an address, and what the client there calls itself. */
export interface SessionOwner {
  readonly address: string;
  readonly name: string;
}

/** A session as its owner's share is counted. */
export interface CountedSession {
  readonly owner: SessionOwner;
  /** Requests it had so far. */
  readonly uses: number;
  /** True when nothing goes on in it. */
  readonly isIdle: boolean;
}

export interface Shares {
  /** All sessions there may be. */
  readonly max: number;
  /** As many of them as one owner may have. */
  readonly each: number;
}

/**
 * The session that makes room for a newcomer; undefined when there is room. An owner over its share makes room for
 * itself; others only where they hold more than the newcomer would, the largest first, or opened what they never used.
 * `slots` have the longest unused first. @throws sessions_full
 */
export function evictionFor<Slot extends CountedSession>(
  slots: readonly Slot[],
  newcomer: SessionOwner,
  { max, each }: Shares,
): Slot | undefined {
  const own = slots.filter(({ owner }) => nameOf(owner) === nameOf(newcomer));
  if (own.length >= each) return leastMissed(own) ?? refuse(`All ${each} sessions one client may have`);
  if (slots.length < max) return undefined;
  const byAddress = countBy(slots, ({ owner }) => owner.address);
  const byName = countBy(slots, ({ owner }) => nameOf(owner));
  const hereAfter = (byAddress.get(newcomer.address) ?? 0) + 1;
  const fair = slots.filter(
    ({ owner, uses, isIdle }) =>
      isIdle &&
      (uses < USED ||
        byAddress.get(owner.address)! > hereAfter ||
        byName.get(nameOf(owner))! > own.length + 1),
  );
  const unused = fair.filter(({ uses }) => uses < USED);
  const crowd = largest(
    largest(unused.length > 0 ? unused : fair, ({ owner }) => byAddress.get(owner.address)!),
    ({ owner }) => byName.get(nameOf(owner))!,
  );
  return leastMissed(crowd) ?? leastMissed(own) ?? refuse(`All ${max} sessions`);
}

/** `initialize` and the word that it is done are no use yet. */
const USED = 3;

// Who opens sessions by the dozen and uses none opened the latest of them; of those in use the longest unused goes.
function leastMissed<Slot extends CountedSession>(slots: readonly Slot[]): Slot | undefined {
  const idle = slots.filter(({ isIdle }) => isIdle);
  return idle.findLast(({ uses }) => uses < USED) ?? idle[0];
}

function largest<Item>(items: readonly Item[], sizeOf: (item: Item) => number): readonly Item[] {
  const most = Math.max(...items.map(sizeOf));
  return items.filter((item) => sizeOf(item) === most);
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

function nameOf({ address, name }: SessionOwner): string {
  return `${address} ${name}`;
}

function refuse(which: string): never {
  throw new PreloopError("sessions_full", `${which} are in use; try again later`);
}
