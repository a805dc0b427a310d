import { isJsonObject, type Json, type JsonObject } from "#base";
import { numberOf } from "../equal.ts";
import { descend, misfit, spend } from "../run.ts";
import type { Compiling, Keywords, Pattern, SchemaCheck, ValidationRun } from "../types.ts";

/** What an object's members must be, how many there must be, and what they must be called. */
export const objectKeywords: Keywords = (schema, at) => {
  const checks = [
    ...requiredCheck(schema.required),
    ...countCheck(numberOf(schema.minProperties), numberOf(schema.maxProperties)),
    ...membersCheck(schema, at),
    ...namesCheck(schema.propertyNames, at),
    ...dependentCheck(schema, at),
  ];
  return checks.map(
    (check): SchemaCheck =>
      (value, run) =>
        !isJsonObject(value) || check(value, run),
  );
};

type ObjectCheck = (object: JsonObject, run: ValidationRun) => boolean;

function requiredCheck(required: Json | undefined): readonly ObjectCheck[] {
  const names = namesIn(required);
  if (names.length === 0) return [];
  return [(object, run) => hasAll(object, names, run)];
}

function hasAll(object: JsonObject, names: readonly string[], run: ValidationRun): boolean {
  spend(run, names.length >> 2);
  let fits = true;
  for (const name of names) {
    if (Object.hasOwn(object, name)) continue;
    fits = misfit(run, "is required", name);
    if (!run.misfits) break;
  }
  return fits;
}

function countCheck(min: number | undefined, max: number | undefined): readonly ObjectCheck[] {
  if (min === undefined && max === undefined) return [];
  return [
    (object, run) => {
      const { length } = Object.keys(object);
      spend(run, length >> 2);
      if (min !== undefined && length < min) return misfit(run, `must NOT have fewer than ${min} members`);
      if (max !== undefined && length > max) return misfit(run, `must NOT have more than ${max} members`);
      return true;
    },
  ];
}

function membersCheck(
  { properties, patternProperties, additionalProperties }: { readonly [key: string]: Json },
  at: Compiling,
): readonly ObjectCheck[] {
  const named = new Map(membersOf(properties).map(([name, schema]) => [name, at.sub(schema)]));
  const patterned = membersOf(patternProperties).map(
    ([source, schema]) => [at.pattern(source), at.sub(schema)] as const,
  );
  const others = additionalProperties === undefined ? undefined : at.sub(additionalProperties);
  if (named.size === 0 && patterned.length === 0 && !others) return [];
  // Which members are the others cannot be said while an expression is not understood.
  const rest = patterned.every(([pattern]) => pattern) ? others : undefined;
  const known = patterned.filter((entry): entry is readonly [Pattern, SchemaCheck] => entry[0] !== undefined);
  const isClosed = additionalProperties === false;
  return [
    (object, run) => {
      let fits = true;
      for (const key of Object.keys(object)) {
        spend(run, 1);
        const own = named.get(key);
        let isKnown = own !== undefined;
        let isRight = !own || descend(own, object[key]!, key, run);
        for (const [matches, check] of known) {
          if (!matches(key, run)) continue;
          isKnown = true;
          isRight = descend(check, object[key]!, key, run) && isRight;
        }
        if (!isKnown && rest) {
          isKnown = true;
          if (isClosed) isRight = misfit(run, "is not among the members it may have", key);
          else isRight = descend(rest, object[key]!, key, run) && isRight;
        }
        if (isKnown) run.evaluated?.keys.add(key);
        if (isRight) continue;
        if (!run.misfits) return false;
        fits = false;
      }
      return fits;
    },
  ];
}

function namesCheck(propertyNames: Json | undefined, at: Compiling): readonly ObjectCheck[] {
  if (propertyNames === undefined) return [];
  const check = at.sub(propertyNames);
  return [
    (object, run) => {
      let fits = true;
      for (const key of Object.keys(object)) {
        const { misfits, evaluated } = run;
        run.misfits = undefined;
        run.evaluated = undefined;
        const isRight = check(key, run);
        run.misfits = misfits;
        run.evaluated = evaluated;
        if (isRight) continue;
        fits = misfit(run, "has a name that it may not have", key);
        if (!misfits) break;
      }
      return fits;
    },
  ];
}

function dependentCheck(
  { dependentRequired, dependentSchemas, dependencies }: { readonly [key: string]: Json },
  at: Compiling,
): readonly ObjectCheck[] {
  const all = [...membersOf(dependentRequired), ...membersOf(dependentSchemas), ...membersOf(dependencies)];
  return all.map(([name, wanted]): ObjectCheck => {
    const names = namesIn(wanted);
    const check = Array.isArray(wanted) ? undefined : at.sub(wanted);
    return (object, run) => {
      if (!Object.hasOwn(object, name)) return true;
      return check ? check(object, run) : hasAll(object, names, run);
    };
  });
}

function membersOf(value: Json | undefined): (readonly [string, Json])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

function namesIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];
}
