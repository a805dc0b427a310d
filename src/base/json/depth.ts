import { isJsonObject, type Json } from "./json.ts";

/**
 * How deep what a server says of itself may be nested: its tools, prompts, resources, its introduction. Real ones stay
 * below 30; much deeper ones end whoever walks them, here or in a client.
 */
export const MAX_LEVELS = 100;

/** True when lists and objects stand in one another more than `levels` deep. */
export function isDeeperThan(value: Json, levels: number): boolean {
  // Level by level, not recursion: this is asked of what may be deeper than a stack.
  let level: readonly Json[] = [value].filter(isContainer);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > levels) return true;
    const next: Json[] = [];
    for (const one of level)
      for (const item of Object.values(one as object) as Json[]) if (isContainer(item)) next.push(item);
    level = next;
  }
  return false;
}

function isContainer(value: Json): boolean {
  return Array.isArray(value) || isJsonObject(value);
}
