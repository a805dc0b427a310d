import { PreloopError } from "#base";

/** Whose a session is, as far as that can be known: an address, and what the client there calls itself. */
export interface Holder {
  readonly address: string;
  readonly name: string;
}

/** A session as its share of the room is counted. */
export interface Held {
  readonly holder: Holder;
  /** Requests it had so far. */
  readonly uses: number;
  /** True when nothing goes on in it. */
  readonly isIdle: boolean;
}

export interface Shares {
  /** All sessions there may be. */
  readonly max: number;
  /** As many of them as one holder may have. */
  readonly each: number;
}

/**
 * The session that makes room for a newcomer; undefined when there is room. A holder over its share makes room for
 * itself; others only where they hold more than the newcomer would, the largest first, or opened what they never used.
 * `rooms` have the longest unused first. @throws sessions_full
 */
export function leaverFor<Room extends Held>(
  rooms: readonly Room[],
  newcomer: Holder,
  { max, each }: Shares,
): Room | undefined {
  const own = rooms.filter(({ holder }) => nameOf(holder) === nameOf(newcomer));
  if (own.length >= each) return leastMissed(own) ?? refuse(`All ${each} sessions one client may have`);
  if (rooms.length < max) return undefined;
  const byAddress = countBy(rooms, ({ holder }) => holder.address);
  const byName = countBy(rooms, ({ holder }) => nameOf(holder));
  const hereAfter = (byAddress.get(newcomer.address) ?? 0) + 1;
  const fair = rooms.filter(
    ({ holder, uses, isIdle }) =>
      isIdle &&
      (uses < USED ||
        byAddress.get(holder.address)! > hereAfter ||
        byName.get(nameOf(holder))! > own.length + 1),
  );
  const unused = fair.filter(({ uses }) => uses < USED);
  const crowd = largest(
    largest(unused.length > 0 ? unused : fair, ({ holder }) => byAddress.get(holder.address)!),
    ({ holder }) => byName.get(nameOf(holder))!,
  );
  return leastMissed(crowd) ?? leastMissed(own) ?? refuse(`All ${max} sessions`);
}

/** An opening and the word that it is done are no use yet. */
const USED = 3;

// Who opens sessions by the dozen and uses none opened the latest of them; of those in use the longest unused goes.
function leastMissed<Room extends Held>(rooms: readonly Room[]): Room | undefined {
  const idle = rooms.filter(({ isIdle }) => isIdle);
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

function nameOf({ address, name }: Holder): string {
  return `${address} ${name}`;
}

function refuse(which: string): never {
  throw new PreloopError("sessions_full", `${which} are in use; try again later`);
}
