import { type DecideInput, talliesOf, tallyWord } from "#approvals";
import { isPreloopError, messageOf } from "#base";
import type { Approval } from "#model";
import type { Bench } from "./bench.ts";
import { type Draft, editArguments } from "./edit-arguments.ts";
import { isRevealed, lockOf, wholeOf } from "./focus.ts";
import { type GrantForm, grantRequest } from "./grant-form.ts";

/** Sends one vote for what was on the screen. */
export async function vote(bench: Bench, input: Omit<DecideInput, "decider">): Promise<string> {
  const { deciders, decider, onEvent } = bench.options;
  let isPartly = false;
  const onUnchecked = () => {
    isPartly = true;
  };
  const after = await deciders
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
export function approve(bench: Bench, seen: ReadonlyMap<string, string>, args?: string) {
  const [first] = seen.keys();
  bench.act(`approving ${[...seen.keys()].join(" ")}…`, async () => {
    try {
      if (seen.size === 1)
        return await vote(bench, {
          id: first!,
          verdict: "approve",
          seenDigest: seen.get(first!)!,
          ...(args === undefined ? {} : { args }),
        });
      return await approveAll(bench, seen);
    } catch (error) {
      if (args === undefined || !isPreloopError(error, "arguments_invalid")) throw error;
      // The tool's schema had the last word; the person gets their text back with what is wrong about it.
      return edit(bench, first!, { args, message: messageOf(error) });
    }
  });
}

async function approveAll(bench: Bench, seen: ReadonlyMap<string, string>): Promise<string> {
  let done = 0;
  for (const [id, seenDigest] of seen) {
    try {
      await vote(bench, { id, verdict: "approve", seenDigest });
      done++;
    } catch (error) {
      throw new Error(`${done} of ${seen.size} approved; ${id}: ${messageOf(error)}`, { cause: error });
    }
  }
  bench.set({ marks: new Map() });
  return `approved ${done} calls`;
}

export function deny(bench: Bench, id: string, seenDigest: string, reason: string) {
  bench.act(`denying ${id}…`, () =>
    vote(bench, {
      id,
      verdict: "deny",
      seenDigest,
      ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
    }),
  );
}

export function approveWithGrant(bench: Bench, id: string, seenDigest: string, form: GrantForm) {
  bench.act(`approving ${id}…`, async () => {
    const said = await vote(bench, { id, verdict: "approve", seenDigest, grant: grantRequest(form) });
    return said.startsWith("approved") ? `${said}, and calls like it` : said;
  });
}

/** Opens the arguments in the editor, then shows what changed and asks. */
export function startEdit(bench: Bench, approval: Approval, draft?: string) {
  bench.act(`editing ${approval.id}…`, () =>
    edit(bench, approval.id, draft === undefined ? undefined : { args: draft }),
  );
}

async function edit(bench: Bench, id: string, draft?: Draft): Promise<string | undefined> {
  const listed = bench.state().pending.find((each) => each.id === id);
  if (!listed) return `${id} is no longer pending`;
  const approval = wholeOf(bench.state(), listed);
  if (!approval) return `the arguments of ${id} are still being read`;
  await noteReveal(bench, approval);
  const edited = await editArguments(approval.effectiveArgs, bench.options.edit, draft);
  if (edited.kind === "given-up") return "the edit was dropped";
  if (edited.kind === "unchanged") return "nothing was changed";
  const current = bench.state().pending.find((each) => each.id === id);
  const lock = current ? lockOf(bench.state(), approval) : "no longer pending";
  if (lock !== undefined) throw new Error(`${id} cannot be decided: ${lock}`);
  bench.set({
    mode: { kind: "review", id, digest: approval.effectiveDigest, args: edited.args },
    panel: "detail",
    scroll: 0,
  });
  return undefined;
}

/** Shows or masks the secrets of an approval. */
export function toggleReveal(bench: Bench, approval: Approval) {
  const { revealed } = bench.state();
  if (isRevealed(bench.state(), approval)) {
    bench.set({ revealed: new Map([...revealed].filter(([id]) => id !== approval.id)) });
    return;
  }
  if (!bench.details.hasSecrets(approval)) return bench.toast("nothing is masked here");
  bench.act("revealing…", async () => {
    await noteReveal(bench, approval);
    bench.set({ revealed: new Map([...bench.state().revealed, [approval.id, approval.effectiveDigest]]) });
    return undefined;
  });
}

// Nobody sees a secret before it is written down that they did; from then on their yes may be taken.
async function noteReveal(bench: Bench, approval: Approval): Promise<void> {
  if (isRevealed(bench.state(), approval) || !bench.details.hasSecrets(approval)) return;
  const { deciders, decider, onReveal } = bench.options;
  await onReveal(approval);
  await deciders.revealed(approval, decider);
}

export function toggleFreeze(bench: Bench, sessionId: string) {
  const { deciders, decider, onEvent } = bench.options;
  const session = bench.state().sessions.find(({ id }) => id === sessionId);
  if (session?.frozenAt) {
    bench.act("thawing…", async () => {
      await deciders.thaw(sessionId, decider);
      await onEvent("session_thawed", { session: sessionId });
      return `thawed session ${sessionId}`;
    });
    return;
  }
  bench.act("freezing…", async () => {
    await deciders.freeze(sessionId, decider);
    await onEvent("session_frozen", { session: sessionId });
    return `froze session ${sessionId}: nothing of it runs until it is thawed`;
  });
}

export function revokeGrant(bench: Bench, id: string) {
  const { deciders, decider, onEvent } = bench.options;
  bench.act("revoking…", async () => {
    await deciders.revokeGrant(id, decider);
    await onEvent("grant_revoked", { grant: id });
    return `revoked grant ${id}`;
  });
}
