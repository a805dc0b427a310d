import { Environment } from "@marcbachmann/cel-js";
import { messageOf } from "#base";
import type { ReadPath } from "#schema";
import { ConditionError, checkLiterals } from "./condition-checks.ts";
import type { LocalFiles } from "./local-places.ts";
import { type LocationScope, registerLocations } from "./locations.ts";
import { type CelNode, createMeter, type Evaluator } from "./meter.ts";
import { readsOf } from "./reads.ts";

/** Values that a condition can see: those of the call and its session, and the time. */
export interface Facts {
  readonly args: unknown;
  readonly tool: string;
  readonly server: string;
  readonly method: string;
  /** Empty for what is about no resource. */
  readonly uri: string;
  readonly annotations: unknown;
  readonly session: unknown;
  readonly client: string;
  readonly user: string;
  readonly now: Date;
  /** The files that the server and preloop both see; conditions see them through the functions over paths alone. */
  readonly files?: LocalFiles | undefined;
}

/** A condition made ready. */
export interface Condition {
  readonly source: string;
  /** The members of the arguments that it reads; none for one about the tool, the client or the time. */
  readonly reads: readonly ReadPath[];
  /** @throws Error when it cannot be said */
  holds(facts: Facts): boolean;
  /** The answer when it is the same for every call. */
  readonly constant: boolean | undefined;
}

/** Compiles a CEL condition. @throws ConditionError */
export function compileCondition(source: string): Condition {
  check(source);
  // The macro is handed the evaluator, which is how the meter gets to see every step. The line end closes a comment.
  const evaluate = environment.parse(`metered(${source}\n)`);
  const holds = (facts: Partial<Facts>): boolean => {
    meter.start();
    scope.files = facts.files;
    scope.dispute = undefined;
    const value: unknown = evaluate(facts);
    if (typeof value !== "boolean") throw new Error("the condition is neither true nor false");
    return value;
  };
  const reads = readsOf(environment.parse(source).ast as unknown as CelNode);
  return { source, reads, holds: (facts) => say(() => holds(facts)), constant: constantOf(() => holds({})) };
}

/** A condition's syntax, as it is written. */
export function parseCondition(source: string): CelNode {
  return environment.parse(source).ast as unknown as CelNode;
}

const meter = createMeter();
// Conditions are evaluated one at a time.
const scope: LocationScope = {};

const environment = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true })
  .registerVariable("args", "map")
  .registerVariable("tool", "string")
  .registerVariable("server", "string")
  .registerVariable("method", "string")
  .registerVariable("uri", "string")
  .registerVariable("annotations", "map")
  .registerVariable("session", "map")
  .registerVariable("client", "string")
  .registerVariable("user", "string")
  .registerVariable("now", "google.protobuf.Timestamp")
  .registerFunction("metered(ast): dyn", ({ args }: { args: CelNode[] }) => ({
    typeCheck: (
      checker: { check(node: unknown, context: unknown): unknown },
      _macro: unknown,
      context: unknown,
    ) => checker.check(args[0], context),
    evaluate: (evaluator: Evaluator, _macro: unknown, context: unknown) => {
      meter.attach(evaluator);
      return evaluator.run(args[0]!, context);
    },
    async: false,
  }));

// JSON writes 5 and 5.0 for the same number, so arithmetic must not tell them apart.
for (const [op, compute] of [
  ["+", (a: number, b: number) => a + b],
  ["-", (a: number, b: number) => a - b],
  ["*", (a: number, b: number) => a * b],
  ["/", (a: number, b: number) => a / b],
] as const) {
  environment.registerOperator(`int ${op} double: double`, (a: bigint, b: number) => compute(Number(a), b));
  environment.registerOperator(`double ${op} int: double`, (a: number, b: bigint) => compute(a, Number(b)));
}

registerLocations(environment, scope, meter);

function check(source: string): void {
  try {
    const parsed = environment.parse(source);
    const { valid, error, type } = parsed.check();
    if (!valid) throw error;
    if (type !== "bool" && type !== "dyn")
      throw new ConditionError(`is ${type}, and must be true or false`, 0);
    checkLiterals(parsed.ast);
  } catch (error) {
    throw error instanceof ConditionError ? error : asConditionError(error);
  }
}

function constantOf(evaluate: () => boolean): boolean | undefined {
  try {
    return evaluate();
  } catch {
    return undefined; // it looks at the call
  }
}

interface CelFault {
  readonly code?: string;
  readonly summary?: string;
  readonly range?: { readonly start: number };
}

function asConditionError(error: unknown): ConditionError {
  const { summary, range } = error as CelFault;
  return new ConditionError(summary ?? messageOf(error), range?.start ?? 0);
}

function say<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (scope.dispute) throw scope.dispute;
    const { code, summary } = error as CelFault;
    if (code === "unsupported_type" && summary?.includes("InexactNumber"))
      throw new Error("a number in the arguments is one that no CEL type holds exactly");
    throw new Error(summary ?? messageOf(error));
  }
}
