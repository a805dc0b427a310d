import type { ApprovalDecisions } from "#approvals";
import { pickedApproval, wholeOf } from "./focus.ts";
import type { LiveState } from "./live-state.ts";

const PAST = 20;

/** Loads what the picked approval lacks, and only once: earlier calls of its tool, and its arguments where a list has the beginning. */
export function createPickedLoader(
  decisions: Pick<ApprovalDecisions, "get" | "history">,
  { state, set }: Pick<LiveState, "state" | "set">,
): () => void {
  const asked = new Set<string>();
  let reading: string | undefined;

  function loadPast(): void {
    const approval = pickedApproval(state());
    if (!approval || asked.has(approval.id) || state().store.kind !== "current") return;
    asked.add(approval.id);
    decisions.history(approval, PAST).then(
      (past) => set({ past: new Map([...state().past, [approval.id, past]]) }),
      () => asked.delete(approval.id), // the next read of the store says that it is lost
    );
  }

  function loadWhole(): void {
    const listed = pickedApproval(state());
    if (!listed || wholeOf(state(), listed) || state().store.kind !== "current") return;
    const subject = `${listed.id} ${listed.effectiveDigest}`;
    if (reading === subject) return;
    reading = subject;
    decisions
      .get(listed.id)
      .then(
        (whole) => set({ whole }),
        () => {},
      ) // the next read of the store says that it is lost
      .finally(() => {
        if (reading === subject) reading = undefined;
      });
  }

  return () => {
    loadPast();
    loadWhole();
  };
}
