import { makeVisible } from "#base";
import { REASONS } from "../lines/prompt.ts";
import type { Key } from "../terminal/keys.ts";
import { approve, approveWithGrant, deny, startEdit } from "./actions.ts";
import type { Bench } from "./bench.ts";
import { pressBrowse } from "./browse.ts";
import { wholeOf } from "./focus.ts";
import { grantFault, grantRows, moveGrantCursor, turnGrantRow, typeGrantRow } from "./grant-form.ts";
import { move } from "./move.ts";
import type { Mode } from "./state.ts";

type ModeOf<Kind extends Mode["kind"]> = Extract<Mode, { kind: Kind }>;

/** One key, in the mode that the desk is in. */
export function press(bench: Bench, key: Key) {
  if (key.name === "ctrl-c") return bench.options.onQuit();
  const { mode } = bench.state();
  // Esc stops waiting; what was sent is sent, and its answer is still told.
  if (mode.kind === "busy") return key.name === "escape" ? bench.set({ mode: BROWSE }) : undefined;
  if (mode.kind === "browse") return pressBrowse(bench, key);
  if (key.name === "escape") return leave(bench, mode);
  switch (mode.kind) {
    case "help":
      return bench.set({ mode: BROWSE });
    case "filter":
      return pressFilter(bench, key, mode);
    case "confirm":
      return pressConfirm(bench, key, mode);
    case "deny":
      return pressDeny(bench, key, mode);
    case "review":
      return pressReview(bench, key, mode);
    case "grant":
      return pressGrant(bench, key, mode);
  }
}

const BROWSE: Mode = { kind: "browse" };

function leave(bench: Bench, mode: Mode) {
  bench.set(mode.kind === "filter" ? { mode: BROWSE, filter: "" } : { mode: BROWSE });
  if (mode.kind === "review") bench.toast("the edit was dropped");
}

function pressFilter(bench: Bench, key: Key, { text }: ModeOf<"filter">) {
  if (key.name === "enter") return bench.set({ mode: BROWSE });
  const next = typed(text, key);
  bench.set({ mode: { kind: "filter", text: next }, filter: next, scroll: 0 });
}

// Each digit on its own: a number that arrives in one piece was not read off the screen by a person.
function pressConfirm(bench: Bench, key: Key, mode: ModeOf<"confirm">) {
  if (key.name === "backspace") return bench.set({ mode: { ...mode, typed: "" } });
  if (!key.isAlone || !/^\d$/.test(key.name)) {
    // The arguments may still be read while the question stands.
    if (/^(page-up|page-down|home|end)$/.test(key.name)) move(bench, key);
    return;
  }
  const now = mode.typed + key.name;
  if (now === mode.word) {
    bench.set({ mode: BROWSE });
    return approve(bench, mode.seen, mode.args);
  }
  bench.set({ mode: { ...mode, typed: mode.word.startsWith(now) ? now : "" } });
}

function pressDeny(bench: Bench, key: Key, mode: ModeOf<"deny">) {
  if (key.name === "enter" || key.name === "ctrl-s") {
    if (!key.isAlone) return;
    bench.set({ mode: BROWSE });
    return deny(bench, mode.id, mode.digest, mode.text);
  }
  const canned = mode.text === "" && /^[1-9]$/.test(key.name) ? REASONS[Number(key.name) - 1] : undefined;
  bench.set({ mode: { ...mode, text: canned ?? typed(mode.text, key) } });
}

function pressReview(bench: Bench, key: Key, mode: ModeOf<"review">) {
  const listed = bench.state().pending.find(({ id }) => id === mode.id);
  const approval = listed && wholeOf(bench.state(), listed);
  if (!approval || !key.isAlone) return;
  if (key.name === "e") return startEdit(bench, approval, mode.args);
  if (/^(up|down|page-up|page-down|home|end|j|k)$/.test(key.name)) return move(bench, key);
  if (key.name !== "a" || !bench.isArmed()) return;
  const seen = new Map([[mode.id, mode.digest]]);
  if (approval.risk !== "high") {
    bench.set({ mode: BROWSE });
    return approve(bench, seen, mode.args);
  }
  const word = bench.options.newWord();
  bench.set({ mode: { kind: "confirm", seen, because: "high risk", word, typed: "", args: mode.args } });
}

function pressGrant(bench: Bench, key: Key, mode: ModeOf<"grant">) {
  const { form } = mode;
  const row = grantRows(form)[form.cursor];
  const set = (next: typeof form) => bench.set({ mode: { ...mode, form: next } });
  switch (key.name) {
    case "up":
    case "shift-tab":
      return set(moveGrantCursor(form, -1));
    case "down":
    case "tab":
    case "enter":
      return set(moveGrantCursor(form, 1));
    case "left":
      return set(turnGrantRow(form, -1));
    case "right":
      return set(turnGrantRow(form, 1));
  }
  if (row?.kind !== "confirm") return set(typeGrantRow(form, (text) => typed(text, key)));
  if (!key.isAlone || !/^\d$/.test(key.name) || grantFault(form) !== undefined) return;
  const now = form.typed + key.name;
  if (now !== form.word) return set(typeGrantRow(form, () => (form.word.startsWith(now) ? now : "")));
  bench.set({ mode: BROWSE });
  approveWithGrant(bench, mode.id, mode.digest, form);
}

const MAX_TYPED = 2_000;

/** A line of text after a key: typing, deleting, pasting. */
function typed(text: string, key: Key): string {
  if (key.name === "backspace") return [...text].slice(0, -1).join("");
  if (key.name === "ctrl-u") return "";
  if (key.name === "paste") return (text + makeVisible(key.text ?? "").text).slice(0, MAX_TYPED);
  return key.text === undefined ? text : (text + key.text).slice(0, MAX_TYPED);
}
