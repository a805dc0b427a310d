import { pinDigestOf } from "./definition.ts";
import type { Hold, Pinnable } from "./types.ts";

// A server with a thousand held files is one piece of news, not a thousand.
const MAX_TOLD = 50;

/** Hears of what is held, and passes each on once. */
export function createTelling(onHeld: (item: Pinnable, hold: Hold) => void) {
  const told = new Set<string>();
  const counts = new Map<string, number>();
  return function tell(item: Pinnable, hold: Hold): void {
    const { kind = "tool", server, original } = item;
    // Of a server held as a whole each tool is told, and of everything else that it is.
    const isWhole = hold.kind === "server" && kind !== "tool";
    const key = JSON.stringify(
      isWhole ? [hold.kind, kind, server] : [hold.kind, kind, server, original, pinDigestOf(item)],
    );
    if (told.has(key)) return;
    const count = counts.get(`${server}\n${kind}`) ?? 0;
    if (kind !== "tool" && count >= MAX_TOLD) return;
    counts.set(`${server}\n${kind}`, count + 1);
    told.add(key);
    onHeld(item, hold);
  };
}
