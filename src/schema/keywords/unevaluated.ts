import { isJsonObject, type Json } from "#base";
import { addEvaluated, descend, noneEvaluated } from "../run.ts";
import type { Compiling, SchemaCheck } from "../types.ts";

/** Adds `unevaluatedProperties` and `unevaluatedItems` to the other keywords of their schema, whose traces they read. */
export function withUnevaluated(
  schema: { readonly [key: string]: Json },
  all: SchemaCheck,
  at: Compiling,
): SchemaCheck {
  const { unevaluatedProperties, unevaluatedItems } = schema;
  if (unevaluatedProperties === undefined && unevaluatedItems === undefined) return all;
  const members = unevaluatedProperties === undefined ? undefined : at.sub(unevaluatedProperties);
  const items = unevaluatedItems === undefined ? undefined : at.sub(unevaluatedItems);
  return (value, run) => {
    const outer = run.evaluated;
    const evaluated = noneEvaluated();
    run.evaluated = evaluated;
    let fits = all(value, run);
    if (members && isJsonObject(value) && !evaluated.allKeys) {
      for (const key of Object.keys(value))
        if (!evaluated.keys.has(key)) fits = descend(members, value[key]!, key, run) && fits;
      evaluated.allKeys = true;
    }
    if (items && Array.isArray(value) && !evaluated.allItems) {
      for (const [index, item] of value.entries())
        if (!evaluated.indexes.has(index)) fits = descend(items, item, index, run) && fits;
      evaluated.allItems = true;
    }
    run.evaluated = outer;
    if (outer) addEvaluated(outer, evaluated);
    return fits;
  };
}
