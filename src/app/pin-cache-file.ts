import path from "node:path";
import { sha256 } from "#base";
import type { Db } from "#store";
import type { Runtime } from "./runtime.ts";

/** The file in the home that tells the next session of pins before the store does. */
export function keptPinsFile({ settings, storeName }: Runtime): string {
  return path.join(settings.home, "pins", `${sha256(storeName).slice(0, 16)}.json`);
}

/** Writes down for the next session what a person just decided, where no session is running to do so. */
export async function keepPinsOf(db: Db, runtime: Runtime): Promise<void> {
  const { openPinCache } = await import("#pins");
  const { readPins } = await import("#store");
  openPinCache(keptPinsFile(runtime), runtime.log).write(await readPins(db));
}
