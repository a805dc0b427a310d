import type { Json } from "#base";
import { attempt, misfit } from "../run.ts";
import type { Compiling, Keywords, SchemaCheck } from "../types.ts";

/** `$ref` and its dynamic kin, `allOf`, `anyOf`, `oneOf`, `not`, `if`. */
export const logicKeywords: Keywords = (schema, at) => {
  const refs = [schema.$ref, schema.$dynamicRef, schema.$recursiveRef].filter(
    (ref) => typeof ref === "string",
  );
  return [
    ...refs.map((ref) => at.ref(ref)),
    ...subs(schema.allOf, at),
    ...anyOf(subs(schema.anyOf, at)),
    ...oneOf(subs(schema.oneOf, at)),
    ...(schema.not === undefined ? [] : [not(at.sub(schema.not))]),
    ...conditional(schema, at),
  ];
};

function subs(list: Json | undefined, at: Compiling): readonly SchemaCheck[] {
  return Array.isArray(list) ? list.map((schema) => at.sub(schema as Json)) : [];
}

function anyOf(checks: readonly SchemaCheck[]): readonly SchemaCheck[] {
  if (checks.length === 0) return [];
  return [
    (value, run) => {
      // Where somebody asks what was looked at, every branch that fits has its say.
      let fits = false;
      for (const check of checks) {
        fits = attempt(check, value, run) || fits;
        if (fits && !run.evaluated) return true;
      }
      return fits || misfit(run, "must fit one of several forms (anyOf), and fits none");
    },
  ];
}

function oneOf(checks: readonly SchemaCheck[]): readonly SchemaCheck[] {
  if (checks.length === 0) return [];
  return [
    (value, run) => {
      let count = 0;
      for (const check of checks) if (attempt(check, value, run) && ++count > 1) break;
      return (
        count === 1 || misfit(run, `must fit exactly one of several forms (oneOf), and fits ${words(count)}`)
      );
    },
  ];
}

function words(count: number): string {
  return count === 0 ? "none" : "several";
}

function not(check: SchemaCheck): SchemaCheck {
  return (value, run) => {
    const { evaluated } = run;
    run.evaluated = undefined;
    const fits = attempt(check, value, run);
    run.evaluated = evaluated;
    return !fits || misfit(run, "must NOT have the form that it has (not)");
  };
}

function conditional(schema: { readonly [key: string]: Json }, at: Compiling): readonly SchemaCheck[] {
  if (schema.if === undefined) return [];
  const test = at.sub(schema.if);
  const [whenTrue, whenFalse] = [at.sub(schema.then), at.sub(schema.else)];
  return [(value, run) => (attempt(test, value, run) ? whenTrue : whenFalse)(value, run)];
}
