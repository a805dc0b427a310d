import {
  digestOf,
  headBetweenMasks,
  type Json,
  type Masking,
  readJson,
  redactJson,
  redactText,
  writeJson,
} from "#base";
import {
  type AuditEvent,
  type AuditRecord,
  argumentsDigestOf,
  type Decision,
  type Observation,
  type ToolCall,
} from "#model";
import type { CallFacts } from "./types.ts";

/** What is known of a call before it ends. */
export type RecordDraft = Omit<AuditRecord, "outcome" | "detail" | "durationMs">;
export type Ending = Pick<AuditRecord, "outcome" | "detail">;

const MAX_ARGUMENTS = 2_048;
const MAX_DETAIL = 500;
const MAX_NAME = 200;
const MAX_OBSERVED = 10;

/** The call as it will stand in the audit: secrets masked, every text bounded. */
export function draftOf(
  call: ToolCall,
  decision: Decision,
  { at, masking }: { readonly at: string; readonly masking: Masking },
): RecordDraft {
  const draft: RecordDraft = {
    action: decision.action,
    arguments: shownArguments(call.args, masking),
    argumentsDigest: argumentsDigestOf(call),
    at,
    callId: clip(call.id),
    client: clip(call.session.client),
    risk: decision.risk,
    rule: clip(decision.rule),
    server: clip(call.server),
    session: clip(call.session.id),
    tool: clip(call.tool),
    user: clip(call.session.user),
  };
  const { method, meta } = call;
  if ((decision.observed ?? method ?? meta) === undefined) return draft;
  return {
    ...draft,
    ...(method !== undefined && { method: clip(method) }),
    ...(meta !== undefined && { meta: shownArguments(meta, masking) }),
    ...(decision.observed && { observed: decision.observed.slice(0, MAX_OBSERVED).map(clipRule) }),
  };
}

/** The draft with what came to light since; edited arguments take the place of the proposed ones. */
export function withFacts(draft: RecordDraft, facts: CallFacts, masking: Masking): RecordDraft {
  const { approval, grant, decidedBy, effectiveArgs } = facts;
  // A call that a rule allows has none of them.
  if ((approval ?? grant ?? decidedBy ?? effectiveArgs) === undefined) return draft;
  return {
    ...draft,
    ...(approval !== undefined && { approval: clip(approval) }),
    ...(grant !== undefined && { grant: clip(grant) }),
    ...(decidedBy !== undefined && { decidedBy: clip(decidedBy) }),
    ...(effectiveArgs !== undefined && effectiveArguments(effectiveArgs, masking)),
  };
}

function effectiveArguments(text: string, masking: Masking) {
  let args: Json;
  try {
    args = readJson(text);
  } catch {
    args = text; // a call that ran must get its record, whatever it was
  }
  return { arguments: shownArguments(args, masking), argumentsDigest: digestOf(args) };
}

function shownArguments(args: Json, masking: Masking): string {
  return clip(writeJson(redactJson(args, masking, { maxChars: MAX_ARGUMENTS })), MAX_ARGUMENTS);
}

/** The text of a whole record, as the chain covers it: one line of JSON, keys in order. */
export function recordText(draft: RecordDraft, { outcome, detail }: Ending, durationMs: number): string {
  return oneLine(
    JSON.stringify({
      action: draft.action,
      approval: draft.approval,
      arguments: draft.arguments,
      argumentsDigest: draft.argumentsDigest,
      at: draft.at,
      callId: draft.callId,
      client: draft.client,
      decidedBy: draft.decidedBy,
      detail:
        detail === undefined ? undefined : clip(redactText(detail.slice(0, 4 * MAX_DETAIL)), MAX_DETAIL),
      durationMs: Math.round(durationMs * 100) / 100,
      grant: draft.grant,
      meta: draft.meta,
      method: draft.method,
      observed: draft.observed,
      outcome,
      risk: draft.risk,
      rule: draft.rule,
      server: draft.server,
      session: draft.session,
      tool: draft.tool,
      user: draft.user,
    }),
  );
}

/** The text of an event, alike. */
export function eventText({ event, at, user, facts }: AuditEvent, masking: Masking): string {
  const safe = redactJson(facts, masking, { maxChars: MAX_ARGUMENTS }) as Record<string, string>;
  const names = Object.keys(safe).sort().slice(0, 20);
  const clipped = Object.fromEntries(names.map((name) => [clip(name), clip(String(safe[name]), MAX_DETAIL)]));
  return oneLine(JSON.stringify({ at, event, facts: clipped, user: clip(user) }));
}

function clipRule({ rule, action }: Observation): Observation {
  return { action, rule: clip(rule) };
}

// NUL and half surrogates are no text to Postgres, and cutting may halve a pair. A mask is whole or not there: half of one
// would not say what is odd about the value.
function clip(text: string, max = MAX_NAME): string {
  const cut = text.length > max ? `${headBetweenMasks(text, max - 1)}…` : text;
  return /[\0\ud800-\udfff]/.test(cut) ? cut.replace(/\0|\p{Surrogate}/gu, "\ufffd") : cut;
}

/** JSON text that is one line and harmless in a terminal: what JSON.stringify leaves raw is escaped too. */
export function oneLine(json: string): string {
  // What these are is known without a look into the tables of Unicode, which costs more than all else of a line.
  if (!/[^\x20-\x7e\xa1-\xac\xae-\xff\u2026]/.test(json)) return json;
  return json.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  });
}
