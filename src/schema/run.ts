import type { Json } from "#base";
import type { EvaluatedMembers, Fit, Misfit, SchemaCheck, ValidationRun } from "./types.ts";

/** What one value may cost: about a million small steps, some tens of milliseconds at worst. */
const FUEL = 1_000_000;
/** Schemas within schemas; a reference to itself would go on for ever. */
const MAX_DEPTH = 1_000;
const MAX_MISFITS = 50;

// One object for every time: making an error costs more than most steps do.
const TOO_MUCH = new Error("it is too much work for these arguments");
const ENOUGH = new Error("more misfits than anybody reads");

/** Tries a value against a schema made ready. */
export function runCheck(check: SchemaCheck, value: Json): Fit {
  const misfits: Misfit[] = [];
  const run: ValidationRun = { left: FUEL, depth: 0, path: [], misfits, evaluated: undefined };
  try {
    if (check(value, run)) return FITS;
  } catch (error) {
    if (error === TOO_MUCH) return { kind: "unknown", why: TOO_MUCH.message };
    if (error !== ENOUGH) throw error;
    // Whoever asks about one member must not take it for one that fits because the list ended before it.
    misfits.push({ path: [], message: `must fit in more than ${MAX_MISFITS} places` });
  }
  return { kind: "misfits", misfits };
}

const FITS: Fit = { kind: "fits" };

/** Pays for work. @throws when it is too much */
export function spend(run: ValidationRun, amount: number): void {
  run.left -= amount;
  if (run.left < 0) throw TOO_MUCH;
}

/** Goes one schema deeper. */
export function enter(run: ValidationRun): void {
  spend(run, 1);
  if (++run.depth > MAX_DEPTH) throw TOO_MUCH;
}

/** Tells how the value, or one member of it, does not fit. */
export function misfit(run: ValidationRun, message: string, key?: string | number): false {
  const { misfits, path } = run;
  if (!misfits) return false;
  if (misfits.length >= MAX_MISFITS) throw ENOUGH;
  misfits.push({ path: key === undefined ? [...path] : [...path, key], message });
  return false;
}

/** Tries a member or an item. */
export function descend(check: SchemaCheck, value: Json, key: string | number, run: ValidationRun): boolean {
  const { evaluated } = run;
  run.evaluated = undefined;
  run.path.push(key);
  const fits = check(value, run);
  run.path.pop();
  run.evaluated = evaluated;
  return fits;
}

/** Tries what may fail: nothing is told, and what it looked at counts only if it fits. */
export function attempt(check: SchemaCheck, value: Json, run: ValidationRun): boolean {
  const { misfits, evaluated } = run;
  run.misfits = undefined;
  if (evaluated) run.evaluated = noneEvaluated();
  const fits = check(value, run);
  if (evaluated && fits) addEvaluated(evaluated, run.evaluated!);
  run.misfits = misfits;
  run.evaluated = evaluated;
  return fits;
}

export function noneEvaluated(): EvaluatedMembers {
  return { keys: new Set(), indexes: new Set(), allKeys: false, allItems: false };
}

export function addEvaluated(to: EvaluatedMembers, from: EvaluatedMembers): void {
  for (const key of from.keys) to.keys.add(key);
  for (const index of from.indexes) to.indexes.add(index);
  to.allKeys ||= from.allKeys;
  to.allItems ||= from.allItems;
}
