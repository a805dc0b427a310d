import { createWaiter } from "#base";
import { isFinal, type ListedApproval } from "#model";
import { approvalView, type Exposure, shown, toolTitle } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { argumentsLine, statusWithVotes } from "./approval-text.ts";
import { exposureOf } from "./redaction.ts";

const POLL_MS = 5_000;
const BELL = "\x07";

/** Prints what waits now, then every change, until the process is told to stop. */
export async function watchApprovals(
  context: CommandContext,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const decisions = await context.decisions();
  const exposure = await exposureOf(context);
  const print = (approval: ListedApproval, isNew: boolean) => {
    const isAsked = isNew && approval.status === "pending";
    context.out.line(
      json
        ? jsonText({ event: isAsked ? "asked" : "changed", ...approvalView(approval, exposure) }, 0)
        : watchLine(approval, exposure, isAsked && context.out.isTty),
    );
  };
  const follow = createFollower(context, print);
  const waiter = createWaiter();
  let isOver = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      isOver = true;
      waiter.notify();
    });
  const stop = await decisions.watch(waiter.notify);
  try {
    while (!isOver) {
      await follow();
      await waiter.wait(POLL_MS);
    }
  } finally {
    await stop();
  }
}

/** Compares what is open with what was told before, and tells the difference. */
function createFollower(
  context: CommandContext,
  print: (approval: ListedApproval, isNew: boolean) => void,
): () => Promise<void> {
  const told = new Map<string, string>();

  function tell(approval: ListedApproval): void {
    const before = told.get(approval.id);
    const state = `${approval.status} ${approval.votes.length} ${approval.effectiveDigest} ${approval.escalatedAt}`;
    if (before !== state) print(approval, before === undefined);
    if (isFinal(approval.status)) told.delete(approval.id);
    else told.set(approval.id, state);
  }

  return async () => {
    const decisions = await context.decisions();
    const open = await decisions.list({ status: ["pending", "approved", "running"] });
    const ids = new Set(open.map(({ id }) => id));
    const left = [...told.keys()].filter((id) => !ids.has(id));
    if (left.length > 0) for (const approval of await decisions.list({ ids: left })) tell(approval);
    for (const approval of open) tell(approval);
  };
}

function watchLine(approval: ListedApproval, exposure: Exposure, ring: boolean): string {
  const time = new Date().toTimeString().slice(0, 8);
  const reason = isFinal(approval.status) && approval.reason ? `: ${shown(approval.reason)}` : "";
  const what = `${statusWithVotes(approval)}  ${toolTitle(approval)}${reason}`;
  return `${ring ? BELL : ""}${time}  ${approval.id}  ${what}  ${argumentsLine(approval, exposure)}`;
}
