import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { isJsonObject, type JsonObject, messageOf, PreloopError, readJson } from "#base";
import { ACTIONS, type Action } from "#model";
import type { PolicyInput, RecordedCall, Replay } from "#policy";
import { shown, toolTitle } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { tableLines } from "../output/table.ts";
import { seenSchemas } from "./seen-schemas.ts";

/** Decides every recorded call of a file once more, and shows which decisions change. */
export async function testPolicy(
  context: CommandContext,
  file: string,
  input: PolicyInput,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const { compilePolicy, replayCall } = await import("#policy");
  const policy = compilePolicy(input);
  const seen = await seenSchemas(context);
  const tally = createTally();
  for await (const call of recordedCalls(file)) {
    const inputSchema = seen?.inputSchemaOf(call);
    if (inputSchema === undefined) tally.unseen.add(toolTitle(call));
    tally.add(call, replayCall(policy, input.servers, call, inputSchema));
  }
  const { size } = tally.unseen;
  if (size > 0 && input.policy.rules.some(({ when }) => when?.includes("args")))
    context.out.note(
      `What ${size} ${size === 1 ? "tool says" : "tools say"} of ${size === 1 ? "its" : "their"} arguments is not known here, so whether those fitted was not looked at`,
    );
  if (json) return context.out.line(jsonText(tally.view()));
  for (const line of tally.lines()) context.out.line(line);
}

async function* recordedCalls(file: string): AsyncGenerator<RecordedCall> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() === "") continue;
      const record = readRecord(line);
      if (record === undefined)
        throw new PreloopError(
          "usage",
          `${file}:${number} is no record; write the file with: preloop audit export`,
        );
      if (record !== "other") yield record;
    }
  } catch (error) {
    if (error instanceof PreloopError) throw error;
    throw new PreloopError("usage", `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

const TEXTS = [
  "callId",
  "at",
  "server",
  "tool",
  "arguments",
  "argumentsDigest",
  "rule",
  "client",
  "session",
  "user",
];

// Events, and requests for what does not exist, were never decided about.
function readRecord(line: string): RecordedCall | "other" | undefined {
  let value: unknown;
  try {
    value = readJson(line);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value as JsonObject)) return undefined;
  const record = value as JsonObject;
  if (typeof record.event === "string" || String(record.rule).endsWith(":unknown")) return "other";
  const isWhole =
    TEXTS.every((name) => typeof record[name] === "string") &&
    ACTIONS.includes(record.action as Action) &&
    !Number.isNaN(Date.parse(record.at as string));
  return isWhole ? (record as unknown as RecordedCall) : undefined;
}

interface Change {
  readonly server: string;
  readonly tool: string;
  readonly before: { readonly action: Action; readonly rule: string };
  readonly after: { readonly action: Action; readonly rule: string };
  count: number;
  /** Calls whose recorded arguments are masked. */
  masked: number;
  readonly first: string;
}

function createTally() {
  const changes = new Map<string, Change>();
  const observed = new Map<string, { readonly rule: string; readonly action: Action; count: number }>();
  const counts = { calls: 0, same: 0, changed: 0, unreadable: 0 };

  function addChange(
    { server, tool, callId }: RecordedCall,
    replay: Extract<Replay, { kind: "same" | "changed" }>,
  ) {
    const { action, rule } = replay.after;
    const key = JSON.stringify([server, tool, replay.before, action, rule]);
    const { before } = replay;
    const change = changes.get(key) ?? {
      server,
      tool,
      before,
      after: { action, rule },
      count: 0,
      masked: 0,
      first: callId,
    };
    change.count++;
    if (!replay.isExact) change.masked++;
    changes.set(key, change);
  }

  return {
    /** Tools of which the store knows nothing. */
    unseen: new Set<string>(),
    add(call: RecordedCall, replay: Replay): void {
      counts.calls++;
      counts[replay.kind]++;
      if (replay.kind === "unreadable") return;
      if (replay.kind === "changed") addChange(call, replay);
      for (const { rule, action } of replay.after.observed ?? []) {
        const key = JSON.stringify([rule, action]);
        const hit = observed.get(key) ?? { rule, action, count: 0 };
        hit.count++;
        observed.set(key, hit);
      }
    },
    view: (): JsonObject => ({
      ...counts,
      changes: [...changes.values()].map((change) => ({ ...change })) as unknown as JsonObject[],
      observed: [...observed.values()].map((hit) => ({ ...hit })),
    }),
    lines: (): string[] => [
      ...summaryLines(counts),
      ...changeLines([...changes.values()]),
      ...observedLines([...observed.values()]),
    ],
  };
}

function summaryLines({
  calls,
  same,
  changed,
  unreadable,
}: Record<"calls" | "same" | "changed" | "unreadable", number>): string[] {
  const unsaid = unreadable > 0 ? `, ${unreadable} too long for the audit to say` : "";
  return [
    `${calls} ${calls === 1 ? "call" : "calls"}: ${same} decided as before, ${changed} otherwise${unsaid}`,
  ];
}

function changeLines(changes: readonly Change[]): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ before, after, count, masked, ...tool }) => [
    `  ${before.action} → ${after.action}`,
    toolTitle(tool),
    `${shown(before.rule)} → ${shown(after.rule)}`,
    `${count}${masked > 0 ? ` (${masked} with arguments masked or cut)` : ""}`,
  ]);
  return tableLines(["  DECISION", "TOOL", "RULE", "CALLS"], rows);
}

function observedLines(
  hits: readonly { readonly rule: string; readonly action: Action; readonly count: number }[],
): string[] {
  return hits.map(
    ({ rule, action, count }) =>
      `  rule ${shown(rule)} only observes; it would have said ${action} to ${count}`,
  );
}
