import type { JsonObject } from "#base";
import type { Action } from "#model";
import type { RecordedCall, Replay } from "#policy";
import { shown, toolTitle } from "#views";
import { tableLines } from "../output/table.ts";

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

/** Counts how recorded calls would be decided now. */
export function createTally() {
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
