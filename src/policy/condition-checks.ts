import { messageOf } from "#base";
import { compileRegex } from "#regex";
import type { CelNode } from "./meter.ts";
import { rootProblem } from "./within.ts";

/** Error in a condition, and its place. */
export class ConditionError extends Error {
  override readonly name = "ConditionError";
  /** Offset into the source. */
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

// A pattern or root that stands in the condition is checked now; one from the arguments when it is used.
export function checkLiterals(node: unknown): void {
  if (Array.isArray(node)) {
    for (const part of node) checkLiterals(part);
    return;
  }
  const { op, args } = (node ?? {}) as { op?: unknown; args?: unknown };
  if (typeof op !== "string") return;
  checkLiterals(args);
  if (op !== "rcall" || !Array.isArray(args)) return;
  const [method, receiver, given] = args as [string, CelNode, readonly LiteralNode[]];
  if (method === "matches" && given[0]) checkPattern(given[0]);
  const on = receiver.op === "id" ? receiver.args : undefined;
  if (method === "within" && (on === "path" || on === "url") && given[1]) checkRoots(on, given[1]);
}

interface LiteralNode {
  readonly op: string;
  readonly args: unknown;
  readonly start: number;
}

function checkPattern(pattern: LiteralNode): void {
  if (pattern.op !== "value" || typeof pattern.args !== "string") return;
  try {
    compileRegex(pattern.args);
  } catch (error) {
    throw new ConditionError(`the pattern ${messageOf(error)}`, pattern.start);
  }
}

function checkRoots(kind: "path" | "url", roots: LiteralNode): void {
  const list = roots.op === "list" ? (roots.args as readonly LiteralNode[]) : [roots];
  for (const { op, args, start } of list) {
    const problem = op === "value" && typeof args === "string" ? rootProblem(kind, args) : undefined;
    if (problem !== undefined) throw new ConditionError(problem, start);
  }
}
