import { type Clock, type Log, type Masking, messageOf } from "#base";
import type { Decision, ToolCall } from "#model";
import { draftOf, recordText, withFacts } from "./draft.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { AuditEntry } from "./types.ts";

/** Parts of the audit that the record of a call needs. */
export interface EntryParts {
  readonly groupCommit: GroupCommit;
  readonly masking: Masking;
  readonly clock: Clock;
  readonly log: Log;
}

const NOTHING_TO_DO = Promise.resolve();

/** Begins the record of one call: each state is in the journal before the call goes on. */
export function beginEntry(call: ToolCall, decision: Decision, parts: EntryParts): AuditEntry {
  const { groupCommit, masking, clock, log } = parts;
  const startedMs = clock.ticksMs();
  let draft = draftOf(call, decision, { at: clock.now().toISOString(), masking });
  let isFinished = false;
  return {
    waiting(facts) {
      draft = withFacts(draft, facts, masking);
      try {
        groupCommit.writeNow({ kind: "start", state: "waiting", draft });
      } catch (error) {
        log.error(messageOf(error)); // the approval's row says that it waits; sending will not be let through
      }
    },
    async sending(facts) {
      if (facts) draft = withFacts(draft, facts, masking);
      const failure = await groupCommit.write({ kind: "start", state: "sending", draft });
      if (failure) throw failure;
    },
    finish(end) {
      if (isFinished) return NOTHING_TO_DO;
      isFinished = true;
      const body = recordText(withFacts(draft, end, masking), end, clock.ticksMs() - startedMs);
      return groupCommit.write({ kind: "record", body, callId: draft.callId });
    },
  };
}
