import { isForOnePerson, oddlyHiddenFrom } from "#approvals";
import type { Approval, ListedApproval } from "#model";
import { VIEWS } from "../render/arguments.ts";
import type { Key } from "../terminal/keys.ts";
import { approve, revoke, startEdit, toggleFreeze, toggleReveal } from "./actions.ts";
import { unseenRows } from "./exposure.ts";
import { isRevealed, lockOf, pickedApproval, wholeOf } from "./focus.ts";
import { openGrantForm } from "./grant-form.ts";
import type { ModeContext } from "./mode-context.ts";
import { move } from "./move.ts";
import { turnMute } from "./mute.ts";
import { showsDetail } from "./screen-layout.ts";

/** Keys that decide, or loosen something: only alone, and only about what has been on the screen for a while. */
const DECIDING = new Set(["a", "e", "d", "g", "x", "R", " ", "A"]);

export function pressBrowse(context: ModeContext, key: Key) {
  if (move(context, key)) return;
  if (DECIDING.has(key.name)) {
    if (key.isAlone) pressDeciding(context, key.name);
    return;
  }
  const approval = pickedApproval(context.state());
  switch (key.name) {
    case "q":
      return context.options.onQuit();
    case "?":
      return context.set({ mode: { kind: "help" } });
    case "/":
      return context.set({
        mode: { kind: "filter", text: context.state().filter },
        panel: context.state().list,
      });
    case "m":
      return turnMute(context);
    case "v":
      return turnView(context);
    case "r":
      return approval && withWhole(context, approval, (whole) => toggleReveal(context, whole));
    case "y":
      return copyId(context);
  }
}

function pressDeciding(context: ModeContext, name: string) {
  const { list, picked } = context.state();
  if (list === "grants" || list === "sessions") {
    const id = picked[list];
    if (id === undefined || !context.isArmed()) return;
    if (name === "R" && list === "grants") revoke(context, id);
    if (name === "x" && list === "sessions") toggleFreeze(context, id);
    return;
  }
  const approval = pickedApproval(context.state());
  if (list !== "pending" || !approval) return;
  if (name === "A") return approveMarked(context);
  if (!showsDetail(context.state(), context.layout())) {
    context.set({ panel: "detail", scroll: 0 });
    return context.toast("read it first; then press the key again");
  }
  if (!context.isArmed()) return;
  const lock = lockOf(context.state(), approval);
  if (name === "x") return toggleFreeze(context, approval.session.id);
  if (lock !== undefined) return context.toast(`${approval.id} cannot be decided: ${lock}`, "warn");
  withWhole(context, approval, (whole) => decideOn(context, whole, name));
}

/** Long arguments are read for the screen when they are picked; nothing is done about what is not there yet. */
function withWhole(context: ModeContext, listed: ListedApproval, work: (whole: Approval) => void) {
  const whole = wholeOf(context.state(), listed);
  if (whole) work(whole);
  else context.toast(`the arguments of ${listed.id} are still being read`);
}

function decideOn(context: ModeContext, approval: Approval, name: string) {
  const { id, effectiveDigest: digest } = approval;
  if (/^[ag ]$/.test(name) && isHidden(context, approval)) return;
  switch (name) {
    case "a":
      return approveOrAsk(context, approval);
    case "d":
      return context.set({ mode: { kind: "deny", id, digest, text: "" } });
    case "e":
      return startEdit(context, approval);
    case "g":
      return openGrant(context, approval);
    case " ":
      return toggleMark(context, approval);
  }
}

/** Whether a yes must wait for a reveal, which the person is then told. */
function isHidden(context: ModeContext, approval: Approval): boolean {
  const { decider, masking } = context.options;
  const odd = oddlyHiddenFrom(decider, approval, masking.names ?? []);
  if (odd.length > 0)
    context.toast(`masked, and odd for a secret: r reveals it, then decide (${odd.join("; ")})`, "warn");
  return odd.length > 0;
}

function approveOrAsk(context: ModeContext, approval: Approval) {
  const seen = new Map([[approval.id, approval.effectiveDigest]]);
  const because = reservation(context, approval);
  if (because === undefined) return approve(context, seen);
  context.set({ mode: { kind: "confirm", seen, because, code: context.options.newCode(), typed: "" } });
}

/** Why one key is not enough for this approval. */
function reservation(context: ModeContext, approval: Approval): string | undefined {
  const detail = context.detail();
  const unseen = detail ? unseenRows(context.state(), detail) : 0;
  const reasons = [
    ...(approval.risk === "high" ? ["high risk"] : []),
    ...(unseen > 0
      ? [`${unseen.toLocaleString("en-US")} rows of arguments not read yet (End shows them)`]
      : []),
  ];
  return reasons.length > 0 ? reasons.join(", ") : undefined;
}

function openGrant(context: ModeContext, approval: Approval) {
  if (approval.risk === "high") return context.toast("calls of high risk are approved one at a time", "warn");
  if (!isForOnePerson(approval.workflow))
    return context.toast("several people decide on this each time: no grant", "warn");
  if (approval.session.isClaimed)
    return context.toast("only a name tells this client from others: no grant", "warn");
  const { id, effectiveDigest: digest } = approval;
  const masking = isRevealed(context.state(), approval) ? undefined : context.options.masking;
  const form = openGrantForm(approval, context.options.newCode(), masking);
  context.set({ mode: { kind: "grant", id, digest, form } });
}

function toggleMark(context: ModeContext, approval: Approval) {
  const { marks, pending } = context.state();
  const { id, effectiveDigest, name, risk } = approval;
  if (marks.has(id)) return context.set({ marks: new Map([...marks].filter(([each]) => each !== id)) });
  const because = reservation(context, approval);
  if (because !== undefined) return context.toast(`cannot be marked: ${because}`, "warn");
  const other = pending.find((each) => marks.has(each.id));
  if (other && (other.name !== name || other.risk !== risk))
    return context.toast(
      `marked are calls of ${other.id}'s tool and risk; approve or unmark them first`,
      "warn",
    );
  context.set({ marks: new Map([...marks, [id, effectiveDigest]]) });
}

function approveMarked(context: ModeContext) {
  const { marks, pending } = context.state();
  const seen = new Map(
    pending
      .filter((each) => marks.get(each.id) === each.effectiveDigest)
      .map((each) => [each.id, each.effectiveDigest]),
  );
  if (seen.size === 0) return context.toast("nothing is marked; Space marks");
  const locked = pending.find((each) => seen.has(each.id) && lockOf(context.state(), each) !== undefined);
  if (locked)
    return context.toast(`${locked.id} cannot be decided: ${lockOf(context.state(), locked)}`, "warn");
  const because = `${seen.size} at once`;
  context.set({ mode: { kind: "confirm", seen, because, code: context.options.newCode(), typed: "" } });
}

function turnView(context: ModeContext) {
  const at = VIEWS.indexOf(context.state().view);
  context.set({ view: VIEWS[(at + 1) % VIEWS.length]!, scroll: 0 });
}

function copyId(context: ModeContext) {
  const { list, picked } = context.state();
  const id = picked[list];
  // Our own ids only: the clipboard is no place for anybody else's text.
  if (id === undefined || !/^[\w-]{1,80}$/.test(id)) return;
  context.options.copy(id);
  context.toast(`copied ${id}`);
}
