import type { Json } from "#base";
import { keyOf, numberOf, weightOf } from "../equal.ts";
import { attempt, descend, misfit, spend } from "../run.ts";
import type { Compiling, Keywords, SchemaCheck, ValidationRun } from "../types.ts";

type List = readonly Json[];

/** `prefixItems`, `items`, `contains`, `minItems`, `maxItems`, `uniqueItems`; a list of `items` as drafts before 2020 had it. */
export const listKeywords: Keywords = (schema, at) => {
  const checks = [
    ...countCheck(numberOf(schema.minItems), numberOf(schema.maxItems)),
    ...itemsCheck(schema, at),
    ...containsCheck(schema, at),
    ...(schema.uniqueItems === true ? [isUnique] : []),
  ];
  return checks.map(
    (check): SchemaCheck =>
      (value, run) =>
        !Array.isArray(value) || check(value as List, run),
  );
};

type ListCheck = (list: List, run: ValidationRun) => boolean;

function countCheck(min: number | undefined, max: number | undefined): readonly ListCheck[] {
  if (min === undefined && max === undefined) return [];
  return [
    ({ length }, run) => {
      if (min !== undefined && length < min) return misfit(run, `must NOT have fewer than ${min} items`);
      if (max !== undefined && length > max) return misfit(run, `must NOT have more than ${max} items`);
      return true;
    },
  ];
}

function itemsCheck(
  { prefixItems, items, additionalItems }: { readonly [key: string]: Json },
  at: Compiling,
): readonly ListCheck[] {
  const isTuple = Array.isArray(items);
  const heads = (isTuple ? items : Array.isArray(prefixItems) ? prefixItems : []).map((head) =>
    at.sub(head as Json),
  );
  const tail = isTuple ? additionalItems : items;
  if (heads.length === 0 && tail === undefined) return [];
  const rest = tail === undefined ? undefined : at.sub(tail);
  return [
    (list, run) => {
      let fits = true;
      for (const [index, item] of list.entries()) {
        const check = heads[index] ?? rest;
        if (!check) break;
        run.evaluated?.indexes.add(index);
        if (descend(check, item, index, run)) continue;
        if (!run.misfits) return false;
        fits = false;
      }
      return fits;
    },
  ];
}

function containsCheck(
  { contains, minContains, maxContains }: { readonly [key: string]: Json },
  at: Compiling,
): readonly ListCheck[] {
  if (contains === undefined) return [];
  const check = at.sub(contains);
  const [min, max] = [numberOf(minContains) ?? 1, numberOf(maxContains) ?? Number.POSITIVE_INFINITY];
  return [
    (list, run) => {
      const { evaluated } = run;
      run.evaluated = undefined;
      const found = list.flatMap((item, index) => (attempt(check, item, run) ? [index] : []));
      run.evaluated = evaluated;
      for (const index of found) evaluated?.indexes.add(index);
      if (found.length < min) return misfit(run, `must contain at least ${min} valid items`);
      return found.length <= max || misfit(run, `must contain at most ${max} valid items`);
    },
  ];
}

const isUnique: ListCheck = (list, run) => {
  const first = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    spend(run, 4 * weightOf(item));
    const key = keyOf(item);
    const other = first.get(key);
    if (other !== undefined)
      return misfit(run, `must NOT have duplicate items (items ${other} and ${index} are equal)`);
    first.set(key, index);
  }
  return true;
};
