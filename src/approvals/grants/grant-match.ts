import { canonicalJson, digestOf, type Json, type JsonObject } from "#base";
import {
  argumentsDigestOf,
  type Grant,
  type SessionRef,
  type ToolCall,
  titleOf,
  type Workflow,
} from "#model";
import { readArguments } from "#schema";
import { isForOnePerson } from "../tally.ts";
import { compileSafeGlob } from "./safe-glob.ts";

/** Says whether a grant covers a call that this workflow would ask about, apart from its time. */
export type GrantMatch = (call: ToolCall, workflow: Workflow) => boolean;

/** Compiles a grant. What it does not name, it does not cover. */
export function compileGrant(grant: Grant): GrantMatch {
  const coversArguments = compileArguments(grant);
  return (call, workflow) =>
    grant.workflow === workflow.name &&
    maySettleAlone(grant.createdBy, workflow) &&
    grant.server === call.server &&
    grant.tool === titleOf(call) &&
    grant.definitionDigest === call.definitionDigest &&
    grant.user === call.session.user &&
    isOf(grant, call.session) &&
    coversArguments(call);
}

// What is given to a user covers the sessions that user's own programs start. Over HTTP any program of the machine can
// open one, so there a grant names its session; and a session that is only a claim has none.
function isOf({ sessionId }: Grant, { id, address, isClaimed }: SessionRef): boolean {
  return sessionId === undefined ? address === undefined : sessionId === id && !isClaimed;
}

/** Whether this one person's yes is all that the workflow wants, without waiting for an escalation. */
export function maySettleAlone(decider: string, workflow: Workflow): boolean {
  const { approvers } = workflow;
  return isForOnePerson(workflow) && (approvers.length === 0 || approvers.includes(decider));
}

function compileArguments(grant: Grant): (call: ToolCall) => boolean {
  switch (grant.scope) {
    case "tool":
      return () => true;
    case "exact":
      return (call) => argumentsDigestOf(call) === grant.argumentsDigest;
    case "pattern":
      return compilePatternGrant(grant.pattern ?? {}, grant.argumentsDigest);
  }
}

// A pattern reads the arguments it names, so they must be what the tool says they are.
function compilePatternGrant(
  pattern: Readonly<Record<string, string>>,
  restDigest: string | undefined,
): (call: ToolCall) => boolean {
  const covers = compilePattern(pattern, restDigest);
  const reads = Object.keys(pattern).map((name) => [name]);
  // It says nothing of what is sent along.
  return ({ args, inputSchema, meta }) =>
    meta === undefined && covers(args) && readArguments(inputSchema, args).oddityAt(reads) === undefined;
}

/** Every named argument is there and matches its glob; the others are, together, what was approved. */
export function compilePattern(
  pattern: Readonly<Record<string, string>>,
  restDigest: string | undefined,
): (args: JsonObject) => boolean {
  const globs = Object.entries(pattern).map(([name, glob]) => [name, compileSafeGlob(glob)] as const);
  return (args) =>
    globs.length > 0 &&
    globs.every(
      ([name, matches]) =>
        Object.hasOwn(args, name) && matches(textOf(args[name]!), typeof args[name] !== "string"),
    ) &&
    digestOf(restOf(args, pattern)) === restDigest;
}

/** The arguments that a pattern does not name. */
export function restOf(args: JsonObject, pattern: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !Object.hasOwn(pattern, name)));
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : canonicalJson(value);
}
