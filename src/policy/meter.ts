import { compileRegex, type Regex } from "#regex";
import { comparisonCostOf } from "./values.ts";

/** What one condition may cost: about a million small steps, some tens of milliseconds at worst. */
const BUDGET = 1_000_000;

/** Parts of cel-js that its macros are given: how one node is evaluated. */
export interface Evaluator {
  run(node: CelNode, context: unknown): unknown;
  /** The type of a value: of a map or list, whatever it holds. */
  debugType(value: unknown): unknown;
  /** The same, down to the first of what it holds. */
  debugTypeDeep(value: unknown): unknown;
}
export interface CelNode {
  readonly op: string;
  readonly args: unknown;
  evaluate(evaluator: Evaluator, node: CelNode, context: unknown): unknown;
}

/** Counts the work of one condition, and ends it when it is too much; the same call always costs the same. */
export interface Meter {
  start(): void;
  /** Charges for work that is done outside of the evaluator. */
  spend(steps: number): void;
  /** Takes over how `evaluator` evaluates nodes. */
  attach(evaluator: Evaluator): void;
}

// One object for every time: making an error costs more than most steps do.
const TOO_MUCH = new Error("the condition is too much work for these arguments");
/** What a fault costs on its way up, per node: `exists` swallows them, so there can be many. */
const FAULT_COST = 100;

/** A meter for one CEL environment; conditions are evaluated one at a time, so one counter serves them all. */
export function createMeter(): Meter {
  let fuel = 0;
  let comparing = false;
  const spend = (amount: number) => {
    fuel -= amount;
    if (fuel < 0) throw TOO_MUCH;
  };
  const attached = new WeakSet<Evaluator>();

  const attach = (evaluator: Evaluator) => {
    if (attached.has(evaluator)) return;
    attached.add(evaluator);
    // Types are kept for good, each with its name written out: arguments of ever new shapes would fill the memory.
    evaluator.debugTypeDeep = (value) => evaluator.debugType(value);
    evaluator.run = (node, context) => {
      spend(1);
      const inComparison = comparing;
      comparing = comparesItsParts(node.op, inComparison);
      try {
        const value = matchesCall(node)
          ? matches(evaluator, node, context)
          : node.evaluate(evaluator, node, context);
        // What a value costs to read falls due where it appears: whole values only where they are compared.
        if (inComparison) spend(comparisonCostOf(value));
        else if (typeof value === "string") spend(value.length >> 6);
        else if (Array.isArray(value)) spend(value.length >> 2);
        return value;
      } catch (fault) {
        fuel -= FAULT_COST;
        throw fault;
      } finally {
        comparing = inComparison;
      }
    };
  };

  // CEL's expressions are RE2's. The library's own `matches` backtracks, so a text could hold up every call.
  const matches = (evaluator: Evaluator, node: MatchesCall, context: unknown) => {
    const text = evaluator.run(node.args[1], context);
    const pattern = evaluator.run(node.args[2][0], context);
    if (typeof text !== "string" || typeof pattern !== "string")
      return node.evaluate(evaluator, node, context);
    return regexFor(pattern).test(text, (steps) => spend(steps / 2));
  };

  return {
    start: () => {
      fuel = BUDGET;
      comparing = false;
    },
    spend,
    attach,
  };
}

type MatchesCall = CelNode & { readonly args: readonly [string, CelNode, readonly [CelNode]] };

function matchesCall(node: CelNode): node is MatchesCall {
  return (
    node.op === "rcall" && Array.isArray(node.args) && node.args[0] === "matches" && node.args[2].length === 1
  );
}

function comparesItsParts(op: string, inComparison: boolean): boolean {
  if (op === "==" || op === "!=" || op === "in") return true;
  return inComparison && (op === "list" || op === "map" || op === "?:");
}

const compiled = new Map<string, Regex>();

function regexFor(pattern: string): Regex {
  const known = compiled.get(pattern);
  if (known) return known;
  if (compiled.size >= 500) compiled.clear(); // a pattern may come from the arguments
  const regex = compileRegex(pattern);
  compiled.set(pattern, regex);
  return regex;
}
