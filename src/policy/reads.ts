import { ANY, type ReadPath } from "#schema";
import type { CelNode } from "./meter.ts";

/**
 * The members of the arguments that a condition reads. Where the way to a value is not plain, more is named than is
 * read: an expression is never taken to read less.
 */
export function readsOf(ast: CelNode): readonly ReadPath[] {
  const found = new Map<string, ReadPath>();
  const walk: Walk = {
    scope: new Map([["args", [{ path: [], isLoose: false }]]]),
    note({ path }) {
      found.set(JSON.stringify(path.map((step) => (step === ANY ? 0 : step))), path);
    },
  };
  read(ast, walk);
  return found.size > MOST ? [[]] : [...found.values()];
}

/** More ways than any condition has that a person wrote by hand. */
const MOST = 100;

/** Where a value may come from. */
interface Flow {
  readonly path: ReadPath;
  /** The value may also be something around what stands there: a list made in the condition, a function's result. */
  readonly isLoose: boolean;
}

interface Walk {
  readonly scope: ReadonlyMap<string, readonly Flow[]>;
  note(flow: Flow): void;
}

/** Notes all that the node's own value may come from, and gives it. */
function read(node: CelNode, walk: Walk): readonly Flow[] {
  const flows = flowsOf(node, walk);
  for (const flow of flows) walk.note(flow);
  return flows;
}

/** Where the node's value may come from; what it takes for that from elsewhere is noted. */
function flowsOf(node: CelNode, walk: Walk): readonly Flow[] {
  const args = node.args as readonly CelNode[];
  switch (node.op) {
    case "value":
      return [];
    case "id":
      return walk.scope.get(node.args as string) ?? [];
    case ".":
    case ".?":
      return into(flowsOf(args[0]!, walk), args[1] as unknown as string);
    case "[]":
    case "[?]":
      read(args[1]!, walk);
      return into(flowsOf(args[0]!, walk), textOf(args[1]!) ?? ANY);
    case "?:":
      read(args[0]!, walk);
      return [...flowsOf(args[1]!, walk), ...flowsOf(args[2]!, walk)];
    case "in": {
      read(args[0]!, walk);
      const name = textOf(args[0]!);
      for (const flow of into(flowsOf(args[1]!, walk), name ?? ANY)) walk.note(flow);
      return [];
    }
    case "rcall":
      return ofCall(node.args as readonly [string, CelNode, readonly CelNode[]], walk);
    default:
      return childrenOf(node.args).flatMap((child) => ofPart(node.op, child, walk));
  }
}

// What an operator makes of its parts is no member any more; a list, a map or a function may hand them on.
function ofPart(op: string, part: CelNode, walk: Walk): readonly Flow[] {
  if (op === "list" || op === "map") return loosened(flowsOf(part, walk));
  const flows = read(part, walk);
  return op === "call" ? loosened(flows) : [];
}

function ofCall(
  [name, receiver, args]: readonly [string, CelNode, readonly CelNode[]],
  walk: Walk,
): readonly Flow[] {
  const [variable, ...rest] = args;
  if (name === "bind" && variable?.op === "id" && rest.length === 2)
    return flowsOf(rest[1]!, withVariable(walk, variable, flowsOf(rest[0]!, walk)));
  const range = read(receiver, walk);
  if (variable?.op === "id" && rest.length > 0) {
    // A macro: its first argument is a variable that stands for each item, or for an optional's value.
    const own = read(variable, walk); // or a function after all, whose first argument it is
    const inner = withVariable(walk, variable, [...into(range, ANY), ...range, ...own]);
    return loosened([...range, ...rest.flatMap((body) => read(body, inner))]);
  }
  return loosened([...range, ...args.flatMap((part) => read(part, walk))]);
}

function withVariable(walk: Walk, variable: CelNode, flows: readonly Flow[]): Walk {
  return { ...walk, scope: new Map(walk.scope).set(variable.args as string, flows) };
}

function into(flows: readonly Flow[], step: string | typeof ANY): readonly Flow[] {
  const next = flows.flatMap((flow): readonly Flow[] => {
    const inside: Flow = { path: [...flow.path, step], isLoose: flow.isLoose };
    return flow.isLoose ? [flow, inside] : [inside];
  });
  return next.length > MOST ? [{ path: [], isLoose: true }] : next;
}

function loosened(flows: readonly Flow[]): readonly Flow[] {
  return flows.map(({ path }) => ({ path, isLoose: true }));
}

function textOf({ op, args }: CelNode): string | undefined {
  return op === "value" && typeof args === "string" ? args : undefined;
}

function childrenOf(args: unknown): readonly CelNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return typeof args === "object" && args !== null && "op" in args ? [args as CelNode] : [];
}
