import { isJsonObject, type Json } from "#base";
import { addSeen, descend, nothingSeen } from "../run.ts";
import type { Check, Compiling } from "../types.ts";

/** Adds `unevaluatedProperties` and `unevaluatedItems` to the other keywords of their schema, whose traces they read. */
export function withUnevaluated(schema: { readonly [key: string]: Json }, all: Check, at: Compiling): Check {
  const { unevaluatedProperties, unevaluatedItems } = schema;
  if (unevaluatedProperties === undefined && unevaluatedItems === undefined) return all;
  const members = unevaluatedProperties === undefined ? undefined : at.sub(unevaluatedProperties);
  const items = unevaluatedItems === undefined ? undefined : at.sub(unevaluatedItems);
  return (value, run) => {
    const outer = run.seen;
    const seen = nothingSeen();
    run.seen = seen;
    let fits = all(value, run);
    if (members && isJsonObject(value) && !seen.allKeys) {
      for (const key of Object.keys(value))
        if (!seen.keys.has(key)) fits = descend(members, value[key]!, key, run) && fits;
      seen.allKeys = true;
    }
    if (items && Array.isArray(value) && !seen.allItems) {
      for (const [index, item] of value.entries())
        if (!seen.indexes.has(index)) fits = descend(items, item, index, run) && fits;
      seen.allItems = true;
    }
    run.seen = outer;
    if (outer) addSeen(outer, seen);
    return fits;
  };
}
