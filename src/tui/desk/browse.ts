import { isForOnePerson, oddlyHiddenFrom } from "#approvals";
import type { Approval, ListedApproval } from "#model";
import { VIEWS } from "../lines/arguments.ts";
import type { Key } from "../terminal/keys.ts";
import { approve, revokeGrant, startEdit, toggleFreeze, toggleReveal } from "./actions.ts";
import type { Bench } from "./bench.ts";
import { isRevealed, lockOf, pickedApproval, wholeOf } from "./focus.ts";
import { unseenRows } from "./gaze.ts";
import { openGrantForm } from "./grant-form.ts";
import { showsDetail } from "./layout.ts";
import { move } from "./move.ts";
import { turnMute } from "./mute.ts";

/** Keys that decide, or loosen something: only alone, and only about what has been on the screen for a while. */
const DECIDING = new Set(["a", "e", "d", "g", "x", "R", " ", "A"]);

export function pressBrowse(bench: Bench, key: Key) {
  if (move(bench, key)) return;
  if (DECIDING.has(key.name)) {
    if (key.isAlone) pressDeciding(bench, key.name);
    return;
  }
  const approval = pickedApproval(bench.state());
  switch (key.name) {
    case "q":
      return bench.options.onQuit();
    case "?":
      return bench.set({ mode: { kind: "help" } });
    case "/":
      return bench.set({ mode: { kind: "filter", text: bench.state().filter }, panel: bench.state().list });
    case "m":
      return turnMute(bench);
    case "v":
      return turnView(bench);
    case "r":
      return approval && withWhole(bench, approval, (whole) => toggleReveal(bench, whole));
    case "y":
      return copyId(bench);
  }
}

function pressDeciding(bench: Bench, name: string) {
  const { list, picked } = bench.state();
  if (list === "grants" || list === "sessions") {
    const id = picked[list];
    if (id === undefined || !bench.isArmed()) return;
    if (name === "R" && list === "grants") revokeGrant(bench, id);
    if (name === "x" && list === "sessions") toggleFreeze(bench, id);
    return;
  }
  const approval = pickedApproval(bench.state());
  if (list !== "pending" || !approval) return;
  if (name === "A") return approveMarked(bench);
  if (!showsDetail(bench.state(), bench.layout())) {
    bench.set({ panel: "detail", scroll: 0 });
    return bench.toast("read it first; then press the key again");
  }
  if (!bench.isArmed()) return;
  const lock = lockOf(bench.state(), approval);
  if (name === "x") return toggleFreeze(bench, approval.session.id);
  if (lock !== undefined) return bench.toast(`${approval.id} cannot be decided: ${lock}`, "warn");
  withWhole(bench, approval, (whole) => decideOn(bench, whole, name));
}

/** Long arguments are read for the screen when they are picked; nothing is done about what is not there yet. */
function withWhole(bench: Bench, listed: ListedApproval, work: (whole: Approval) => void) {
  const whole = wholeOf(bench.state(), listed);
  if (whole) work(whole);
  else bench.toast(`the arguments of ${listed.id} are still being read`);
}

function decideOn(bench: Bench, approval: Approval, name: string) {
  const { id, effectiveDigest: digest } = approval;
  if (/^[ag ]$/.test(name) && isHidden(bench, approval)) return;
  switch (name) {
    case "a":
      return approveOrAsk(bench, approval);
    case "d":
      return bench.set({ mode: { kind: "deny", id, digest, text: "" } });
    case "e":
      return startEdit(bench, approval);
    case "g":
      return openGrant(bench, approval);
    case " ":
      return toggleMark(bench, approval);
  }
}

/** Whether a yes must wait for a reveal, which the person is then told. */
function isHidden(bench: Bench, approval: Approval): boolean {
  const { decider, masking } = bench.options;
  const odd = oddlyHiddenFrom(decider, approval, masking.names ?? []);
  if (odd.length > 0)
    bench.toast(`masked, and odd for a secret: r reveals it, then decide (${odd.join("; ")})`, "warn");
  return odd.length > 0;
}

function approveOrAsk(bench: Bench, approval: Approval) {
  const seen = new Map([[approval.id, approval.effectiveDigest]]);
  const because = reservation(bench, approval);
  if (because === undefined) return approve(bench, seen);
  bench.set({ mode: { kind: "confirm", seen, because, word: bench.options.newWord(), typed: "" } });
}

/** Why one key is not enough for this approval. */
function reservation(bench: Bench, approval: Approval): string | undefined {
  const detail = bench.detail();
  const unseen = detail ? unseenRows(bench.state(), detail) : 0;
  const reasons = [
    ...(approval.risk === "high" ? ["high risk"] : []),
    ...(unseen > 0
      ? [`${unseen.toLocaleString("en-US")} rows of arguments not read yet (End shows them)`]
      : []),
  ];
  return reasons.length > 0 ? reasons.join(", ") : undefined;
}

function openGrant(bench: Bench, approval: Approval) {
  if (approval.risk === "high") return bench.toast("calls of high risk are approved one at a time", "warn");
  if (!isForOnePerson(approval.workflow))
    return bench.toast("several people decide on this each time: no grant", "warn");
  if (approval.session.isClaimed)
    return bench.toast("only a name tells this client from others: no grant", "warn");
  const { id, effectiveDigest: digest } = approval;
  const masking = isRevealed(bench.state(), approval) ? undefined : bench.options.masking;
  const form = openGrantForm(approval, bench.options.newWord(), masking);
  bench.set({ mode: { kind: "grant", id, digest, form } });
}

function toggleMark(bench: Bench, approval: Approval) {
  const { marks, pending } = bench.state();
  const { id, effectiveDigest, name, risk } = approval;
  if (marks.has(id)) return bench.set({ marks: new Map([...marks].filter(([each]) => each !== id)) });
  const because = reservation(bench, approval);
  if (because !== undefined) return bench.toast(`cannot be marked: ${because}`, "warn");
  const other = pending.find((each) => marks.has(each.id));
  if (other && (other.name !== name || other.risk !== risk))
    return bench.toast(
      `marked are calls of ${other.id}'s tool and risk; approve or unmark them first`,
      "warn",
    );
  bench.set({ marks: new Map([...marks, [id, effectiveDigest]]) });
}

function approveMarked(bench: Bench) {
  const { marks, pending } = bench.state();
  const seen = new Map(
    pending
      .filter((each) => marks.get(each.id) === each.effectiveDigest)
      .map((each) => [each.id, each.effectiveDigest]),
  );
  if (seen.size === 0) return bench.toast("nothing is marked; Space marks");
  const locked = pending.find((each) => seen.has(each.id) && lockOf(bench.state(), each) !== undefined);
  if (locked) return bench.toast(`${locked.id} cannot be decided: ${lockOf(bench.state(), locked)}`, "warn");
  const because = `${seen.size} at once`;
  bench.set({ mode: { kind: "confirm", seen, because, word: bench.options.newWord(), typed: "" } });
}

function turnView(bench: Bench) {
  const at = VIEWS.indexOf(bench.state().view);
  bench.set({ view: VIEWS[(at + 1) % VIEWS.length]!, scroll: 0 });
}

function copyId(bench: Bench) {
  const { list, picked } = bench.state();
  const id = picked[list];
  // Our own ids only: the clipboard is no place for anybody else's text.
  if (id === undefined || !/^[\w-]{1,80}$/.test(id)) return;
  bench.options.copy(id);
  bench.toast(`copied ${id}`);
}
