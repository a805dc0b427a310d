import type { Json } from "#base";
import { numberOf } from "../equal.ts";
import { misfit } from "../run.ts";
import type { Keywords, SchemaCheck } from "../types.ts";

/** `minimum`, `maximum`, their exclusive forms (of draft-04 as well), `multipleOf`. */
export const numberKeywords: Keywords = ({
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum,
  multipleOf,
}) => [
  ...limit(minimum, exclusiveMinimum === true ? ">" : ">="),
  ...limit(maximum, exclusiveMaximum === true ? "<" : "<="),
  ...limit(exclusiveMinimum, ">"),
  ...limit(exclusiveMaximum, "<"),
  ...multiple(multipleOf),
];

const HOLDS = {
  ">": (value: number, bound: number) => value > bound,
  ">=": (value: number, bound: number) => value >= bound,
  "<": (value: number, bound: number) => value < bound,
  "<=": (value: number, bound: number) => value <= bound,
} as const;

function limit(bound: Json | undefined, sign: keyof typeof HOLDS): readonly SchemaCheck[] {
  const number = numberOf(bound);
  if (number === undefined) return [];
  const holds = HOLDS[sign];
  return [
    (value, run) => {
      const given = numberOf(value);
      return given === undefined || holds(given, number) || misfit(run, `must be ${sign} ${number}`);
    },
  ];
}

function multiple(of: Json | undefined): readonly SchemaCheck[] {
  const step = numberOf(of);
  if (step === undefined || !(step > 0)) return [];
  return [
    (value, run) => {
      const given = numberOf(value);
      return given === undefined || isMultiple(given, step) || misfit(run, `must be multiple of ${step}`);
    },
  ];
}

// 0.3 is three times 0.1, though no double says so.
function isMultiple(value: number, step: number): boolean {
  const times = value / step;
  return Math.abs(times - Math.round(times)) <= 1e-9 * Math.max(1, Math.abs(times));
}
