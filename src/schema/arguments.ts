import { foldKey, isJsonObject, type Json, type JsonObject } from "#base";
import { compileSchema } from "./compile.ts";
import type { Misfit, Schema } from "./types.ts";

/** A step into arguments that may be any item, or any member. */
export const ANY = Symbol("any");

/** The way to a member that somebody reads; empty for the arguments as a whole. */
export type ReadPath = readonly (string | typeof ANY)[];

/** One call's arguments beside what its tool says of them, for whoever judges by reading members. */
export interface ArgumentsRead {
  /** Why what was read at these places is not what the server will take, if so. */
  oddityAt(paths: readonly ReadPath[]): string | undefined;
  /** How the arguments do not fit their tool's schema, wherever it is. */
  misfit(): string | undefined;
}

/** Reads arguments as far as it is asked; without a schema, everything fits. */
export function readArguments(inputSchema: Json | undefined, args: JsonObject): ArgumentsRead {
  let misfits: readonly Misfit[] | undefined;
  const all = () => {
    misfits ??= misfitsOf(inputSchema, args);
    return misfits;
  };
  return {
    oddityAt(paths) {
      const looking: Looking = { left: MOST_LOOKS };
      for (const path of paths) {
        const alike = lookAlike(args, path, 0, looking);
        if (alike) return alike;
      }
      const found = all().find((misfit) => paths.some((path) => touches(path, misfit.path)));
      return found && wordsOf(found);
    },
    misfit() {
      const [first] = all();
      return first && wordsOf(first);
    },
  };
}

const schemas = new WeakMap<object, Schema>();

/** The schema of a definition, made ready once. */
export function schemaOf(inputSchema: Json | undefined): Schema {
  if (!isJsonObject(inputSchema)) return compileSchema(undefined);
  const known = schemas.get(inputSchema);
  if (known) return known;
  const schema = compileSchema(inputSchema);
  schemas.set(inputSchema, schema);
  return schema;
}

function misfitsOf(inputSchema: Json | undefined, args: JsonObject): readonly Misfit[] {
  if (inputSchema === undefined) return [];
  const fit = schemaOf(inputSchema).fit(args);
  if (fit.kind === "fits") return [];
  // An agent that makes the checking too costly must not get past it.
  return fit.kind === "misfits"
    ? fit.misfits
    : [{ path: [], message: `cannot be checked against the tool's schema: ${fit.why}` }];
}

/** True when one lies on the way to the other, or they are the same. */
function touches(read: ReadPath, misfit: Misfit["path"]): boolean {
  return misfit.every((key, at) => {
    const step = read[at];
    return step === undefined || step === ANY || step === key;
  });
}

/** Keys and items that are looked at for one rule: those of a call of a few megabytes. */
const MOST_LOOKS = 300_000;

interface Looking {
  left: number;
}

/**
 * A key beside the way that some server's decoder takes for one on it: Go's folds case, others fold more. Undefined
 * where there is none.
 */
function lookAlike(value: Json, path: ReadPath, at: number, looking: Looking): string | undefined {
  if (at >= path.length) return undefined;
  const step = path[at]!;
  if (step === ANY) return lookAlikeInside(value, path, at + 1, looking);
  if (!isJsonObject(value)) return undefined;
  const folded = foldKey(step);
  const keys = Object.keys(value);
  looking.left -= keys.length;
  if (looking.left < 0) return TOO_MANY;
  for (const key of keys)
    if (key !== step && foldKey(key) === folded)
      return `the argument ${named(key)} passes for ${named(step)} with some servers`;
  return Object.hasOwn(value, step) ? lookAlike(value[step]!, path, at + 1, looking) : undefined;
}

const TOO_MANY = "the arguments have more members than can be looked at";

function lookAlikeInside(value: Json, path: ReadPath, at: number, looking: Looking): string | undefined {
  if (at >= path.length || value === null || typeof value !== "object") return undefined;
  for (const item of Object.values(value) as Json[]) {
    if (--looking.left < 0) return TOO_MANY;
    const alike = lookAlike(item, path, at, looking);
    if (alike) return alike;
  }
  return undefined;
}

function wordsOf({ path, message }: Misfit): string {
  const place = path.length === 0 ? "the arguments" : `the argument ${path.map(named).join(".")}`;
  return `${place} ${message}, by the tool's own schema`;
}

// The agent chose the name: it must not speak to whoever reads these words.
function named(key: string | number): string {
  const text = String(key);
  if (/^[\w-]{1,40}$/.test(text)) return text;
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
