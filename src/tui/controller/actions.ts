import { type DecideInput, talliesOf, tallyWord } from "#approvals";
import { isPreloopError, messageOf } from "#base";
import type { Approval } from "#model";
import { type ArgumentDraft, editArguments } from "./edit-arguments.ts";
import { isRevealed, lockOf, wholeOf } from "./focus.ts";
import { type GrantForm, grantRequest } from "./grant-form.ts";
import type { ModeContext } from "./mode-context.ts";

/** Sends one vote for what was on the screen. */
export async function sendVote(context: ModeContext, input: Omit<DecideInput, "decider">): Promise<string> {
  const { decisions, decider, onEvent } = context.options;
  let isPartly = false;
  const onUnchecked = () => {
    isPartly = true;
  };
  const after = await decisions
    .decide({ ...input, decider, ...(input.args !== undefined && { onUnchecked }) })
    .catch(async (error: unknown) => {
      if (isPreloopError(error, "decision_refused"))
        await onEvent("decision_refused", { approval: input.id, why: error.message });
      throw error;
    });
  if (input.verdict === "deny") return `denied ${after.id}`;
  return after.status === "pending"
    ? `voted for ${after.id}: ${tallyWord(talliesOf(after))}, more people must approve`
    : `approved ${after.id}${input.args === undefined ? "" : " with your arguments"}${isPartly ? "; not all of the tool's schema could be checked" : ""}`;
}

/** Approves what was seen, one by one; says how many went through when there are several. */
export function approve(context: ModeContext, seen: ReadonlyMap<string, string>, args?: string) {
  const [first] = seen.keys();
  context.act(`approving ${[...seen.keys()].join(" ")}…`, async () => {
    try {
      if (seen.size === 1)
        return await sendVote(context, {
          id: first!,
          verdict: "approve",
          seenDigest: seen.get(first!)!,
          ...(args === undefined ? {} : { args }),
        });
      return await approveAll(context, seen);
    } catch (error) {
      if (args === undefined || !isPreloopError(error, "arguments_invalid")) throw error;
      // The tool's schema had the last word; the person gets their text back with what is wrong about it.
      return edit(context, first!, { args, message: messageOf(error) });
    }
  });
}

async function approveAll(context: ModeContext, seen: ReadonlyMap<string, string>): Promise<string> {
  let done = 0;
  for (const [id, seenDigest] of seen) {
    try {
      await sendVote(context, { id, verdict: "approve", seenDigest });
      done++;
    } catch (error) {
      throw new Error(`${done} of ${seen.size} approved; ${id}: ${messageOf(error)}`, { cause: error });
    }
  }
  context.set({ marks: new Map() });
  return `approved ${done} calls`;
}

export function deny(context: ModeContext, id: string, seenDigest: string, reason: string) {
  context.act(`denying ${id}…`, () =>
    sendVote(context, {
      id,
      verdict: "deny",
      seenDigest,
      ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
    }),
  );
}

export function approveWithGrant(context: ModeContext, id: string, seenDigest: string, form: GrantForm) {
  context.act(`approving ${id}…`, async () => {
    const said = await sendVote(context, { id, verdict: "approve", seenDigest, grant: grantRequest(form) });
    return said.startsWith("approved") ? `${said}, and calls like it` : said;
  });
}

/** Opens the arguments in the editor, then shows what changed and asks. */
export function startEdit(context: ModeContext, approval: Approval, draft?: string) {
  context.act(`editing ${approval.id}…`, () =>
    edit(context, approval.id, draft === undefined ? undefined : { args: draft }),
  );
}

async function edit(context: ModeContext, id: string, draft?: ArgumentDraft): Promise<string | undefined> {
  const listed = context.state().pending.find((each) => each.id === id);
  if (!listed) return `${id} is no longer pending`;
  const approval = wholeOf(context.state(), listed);
  if (!approval) return `the arguments of ${id} are still being read`;
  await noteReveal(context, approval);
  const edited = await editArguments(approval.effectiveArgs, context.options.edit, draft);
  if (edited.kind === "given-up") return "the edit was dropped";
  if (edited.kind === "unchanged") return "nothing was changed";
  const current = context.state().pending.find((each) => each.id === id);
  const lock = current ? lockOf(context.state(), approval) : "no longer pending";
  if (lock !== undefined) throw new Error(`${id} cannot be decided: ${lock}`);
  context.set({
    mode: { kind: "review", id, digest: approval.effectiveDigest, args: edited.args },
    panel: "detail",
    scroll: 0,
  });
  return undefined;
}

/** Shows or masks the secrets of an approval. */
export function toggleReveal(context: ModeContext, approval: Approval) {
  const { revealed } = context.state();
  if (isRevealed(context.state(), approval)) {
    context.set({ revealed: new Map([...revealed].filter(([id]) => id !== approval.id)) });
    return;
  }
  if (!context.details.hasSecrets(approval)) return context.toast("nothing is masked here");
  context.act("revealing…", async () => {
    await noteReveal(context, approval);
    context.set({
      revealed: new Map([...context.state().revealed, [approval.id, approval.effectiveDigest]]),
    });
    return undefined;
  });
}

// Nobody sees a secret before it is written down that they did; from then on their yes may be taken.
async function noteReveal(context: ModeContext, approval: Approval): Promise<void> {
  if (isRevealed(context.state(), approval) || !context.details.hasSecrets(approval)) return;
  const { decisions, decider, onReveal } = context.options;
  await onReveal(approval);
  await decisions.revealed(approval, decider);
}

export function toggleFreeze(context: ModeContext, sessionId: string) {
  const { decisions, decider, onEvent } = context.options;
  const session = context.state().sessions.find(({ id }) => id === sessionId);
  if (session?.frozenAt) {
    context.act("thawing…", async () => {
      await decisions.thaw(sessionId, decider);
      await onEvent("session_thawed", { session: sessionId });
      return `thawed session ${sessionId}`;
    });
    return;
  }
  context.act("freezing…", async () => {
    await decisions.freeze(sessionId, decider);
    await onEvent("session_frozen", { session: sessionId });
    return `froze session ${sessionId}: nothing of it runs until it is thawed`;
  });
}

export function revoke(context: ModeContext, id: string) {
  const { decisions, decider, onEvent } = context.options;
  context.act("revoking…", async () => {
    await decisions.revokeGrant(id, decider);
    await onEvent("grant_revoked", { grant: id });
    return `revoked grant ${id}`;
  });
}
