import { isDeeperThan, isJsonObject, type Json, type JsonObject, MAX_LEVELS, messageOf } from "#base";
import { compileRegex } from "#regex";
import { anyKeywords } from "./keywords/any.ts";
import { listKeywords } from "./keywords/lists.ts";
import { logicKeywords } from "./keywords/logic.ts";
import { numberKeywords } from "./keywords/numbers.ts";
import { objectKeywords } from "./keywords/objects.ts";
import { stringKeywords } from "./keywords/strings.ts";
import { withUnevaluated } from "./keywords/unevaluated.ts";
import { createReferences } from "./references.ts";
import { enter, misfit, runCheck, spend } from "./run.ts";
import {
  type Compiling,
  type Pattern,
  type Schema,
  type SchemaCheck,
  SchemaError,
  type Unchecked,
} from "./types.ts";

/** Schemas, members, enumerated values: the largest real schema has a few thousand. */
const MAX_PARTS = 20_000;
/** Characters of all expressions together, and of one. */
const MAX_PATTERNS = 20_000;

/**
 * Makes a JSON Schema ready, of draft 2020-12 or an older one. It is read leniently, since a server's slip must not stop
 * its calls: what a keyword cannot mean is left out, and so are formats and what stands outside the document.
 */
export function compileSchema(schema: Json | undefined): Schema {
  if (typeof schema === "boolean") return { unchecked: [], fit: (value) => runCheck(flat(schema), value) };
  if (!isJsonObject(schema)) return { unchecked: [], fit: () => ({ kind: "fits" }) };
  const unchecked: Unchecked[] = [];
  try {
    const check = compileDocument(schema, unchecked);
    return { unchecked, fit: (value) => runCheck(check, value) };
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return { problem: error.message, unchecked: [], fit: () => ({ kind: "fits" }) };
  }
}

function compileDocument(document: JsonObject, unchecked: Unchecked[]): SchemaCheck {
  refuseLarge(document);
  let patterns = 0;
  const references = createReferences(document);
  const isOld = typeof document.$schema === "string" && /draft-0[3-7]/.test(document.$schema);
  const known = new Map<JsonObject, SchemaCheck>();
  // References are followed when what stands before them is ready: a chain of them must not fill the stack.
  const later: (() => void)[] = [];

  function compile(schema: Json | undefined, outer: JsonObject): SchemaCheck {
    if (typeof schema === "boolean") return flat(schema);
    if (!isJsonObject(schema)) return always;
    const before = known.get(schema);
    if (before) return before;
    let ready: SchemaCheck = always;
    known.set(schema, (value, run) => ready(value, run));
    const at = compilingAt(references.resourceAt(schema, outer));
    ready = node(schema, at, isOld);
    known.set(schema, ready);
    return ready;
  }

  function compilingAt(resource: JsonObject): Compiling {
    return {
      sub: (schema) => compile(schema, resource),
      ref(target) {
        const found = references.find(target, resource);
        if (!isJsonObject(found) && typeof found !== "boolean") {
          unchecked.push({
            kind: "reference",
            text: `the reference ${quoted(target)} leads to nothing in it`,
          });
          return always;
        }
        let ready: SchemaCheck = always;
        later.push(() => {
          ready = compile(found, resource);
        });
        return (value, run) => ready(value, run);
      },
      pattern(source) {
        patterns += source.length;
        try {
          if (patterns > MAX_PATTERNS) throw new Error("is one too many");
          return patternOf(source);
        } catch (error) {
          unchecked.push({ kind: "pattern", text: `the expression ${quoted(source)}: ${messageOf(error)}` });
          return undefined;
        }
      },
    };
  }

  const check = compile(document, document);
  for (let next = later.pop(); next; next = later.pop()) next();
  return check;
}

const KEYWORDS = [anyKeywords, numberKeywords, stringKeywords, objectKeywords, listKeywords, logicKeywords];

function node(schema: JsonObject, at: Compiling, isOld: boolean): SchemaCheck {
  // Before 2019 a reference stood for all of its schema.
  const own = isOld && typeof schema.$ref === "string" ? { $ref: schema.$ref } : schema;
  const checks = KEYWORDS.flatMap((keywords) => keywords(own, at));
  const all: SchemaCheck = (value, run) => {
    enter(run);
    let fits = true;
    for (const check of checks) {
      if (check(value, run)) continue;
      fits = false;
      if (!run.misfits) break;
    }
    run.depth--;
    return fits;
  };
  return withUnevaluated(own, all, at);
}

function patternOf(source: string): Pattern {
  const regex = compileRegex(source, "ecma");
  return (text, run) => regex.test(text, (steps) => spend(run, 1 + steps / 2));
}

const always: SchemaCheck = () => true;

function flat(fits: boolean): SchemaCheck {
  return fits ? always : (_value, run) => misfit(run, "may not be there");
}

function refuseLarge(schema: JsonObject): void {
  if (isDeeperThan(schema, MAX_LEVELS)) throw new SchemaError(`is nested deeper than ${MAX_LEVELS} levels`);
  let parts = 0;
  const open: Json[] = [schema];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (++parts > MAX_PARTS) throw new SchemaError(`has more than ${MAX_PARTS} parts`);
    if (Array.isArray(value)) for (const item of value) open.push(item as Json);
    else if (isJsonObject(value)) for (const key of Object.keys(value)) open.push(value[key]!);
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
