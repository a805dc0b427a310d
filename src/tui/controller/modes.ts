import { makeVisible } from "#base";
import { REASONS } from "../render/prompt.ts";
import type { Key } from "../terminal/keys.ts";
import { approve, approveWithGrant, deny, startEdit } from "./actions.ts";
import { pressBrowse } from "./browse.ts";
import { wholeOf } from "./focus.ts";
import { grantFault, grantRows, moveGrantCursor, turnGrantRow, typeGrantRow } from "./grant-form.ts";
import type { ModeContext } from "./mode-context.ts";
import { move } from "./move.ts";
import type { Mode } from "./state.ts";

type ModeOf<Kind extends Mode["kind"]> = Extract<Mode, { kind: Kind }>;

/** One key, in the mode that the desk is in. */
export function press(context: ModeContext, key: Key) {
  if (key.name === "ctrl-c") return context.options.onQuit();
  const { mode } = context.state();
  // Esc stops waiting; what was sent is sent, and its answer is still told.
  if (mode.kind === "busy") return key.name === "escape" ? context.set({ mode: BROWSE }) : undefined;
  if (mode.kind === "browse") return pressBrowse(context, key);
  if (key.name === "escape") return leave(context, mode);
  switch (mode.kind) {
    case "help":
      return context.set({ mode: BROWSE });
    case "filter":
      return pressFilter(context, key, mode);
    case "confirm":
      return pressConfirm(context, key, mode);
    case "deny":
      return pressDeny(context, key, mode);
    case "review":
      return pressReview(context, key, mode);
    case "grant":
      return pressGrant(context, key, mode);
  }
}

const BROWSE: Mode = { kind: "browse" };

function leave(context: ModeContext, mode: Mode) {
  context.set(mode.kind === "filter" ? { mode: BROWSE, filter: "" } : { mode: BROWSE });
  if (mode.kind === "review") context.toast("the edit was dropped");
}

function pressFilter(context: ModeContext, key: Key, { text }: ModeOf<"filter">) {
  if (key.name === "enter") return context.set({ mode: BROWSE });
  const next = typed(text, key);
  context.set({ mode: { kind: "filter", text: next }, filter: next, scroll: 0 });
}

// Each digit on its own: a number that arrives in one piece was not read off the screen by a person.
function pressConfirm(context: ModeContext, key: Key, mode: ModeOf<"confirm">) {
  if (key.name === "backspace") return context.set({ mode: { ...mode, typed: "" } });
  if (!key.isAlone || !/^\d$/.test(key.name)) {
    // The arguments may still be read while the question stands.
    if (/^(page-up|page-down|home|end)$/.test(key.name)) move(context, key);
    return;
  }
  const now = mode.typed + key.name;
  if (now === mode.code) {
    context.set({ mode: BROWSE });
    return approve(context, mode.seen, mode.args);
  }
  context.set({ mode: { ...mode, typed: mode.code.startsWith(now) ? now : "" } });
}

function pressDeny(context: ModeContext, key: Key, mode: ModeOf<"deny">) {
  if (key.name === "enter" || key.name === "ctrl-s") {
    if (!key.isAlone) return;
    context.set({ mode: BROWSE });
    return deny(context, mode.id, mode.digest, mode.text);
  }
  const canned = mode.text === "" && /^[1-9]$/.test(key.name) ? REASONS[Number(key.name) - 1] : undefined;
  context.set({ mode: { ...mode, text: canned ?? typed(mode.text, key) } });
}

function pressReview(context: ModeContext, key: Key, mode: ModeOf<"review">) {
  const listed = context.state().pending.find(({ id }) => id === mode.id);
  const approval = listed && wholeOf(context.state(), listed);
  if (!approval || !key.isAlone) return;
  if (key.name === "e") return startEdit(context, approval, mode.args);
  if (/^(up|down|page-up|page-down|home|end|j|k)$/.test(key.name)) return move(context, key);
  if (key.name !== "a" || !context.isArmed()) return;
  const seen = new Map([[mode.id, mode.digest]]);
  if (approval.risk !== "high") {
    context.set({ mode: BROWSE });
    return approve(context, seen, mode.args);
  }
  const code = context.options.newCode();
  context.set({ mode: { kind: "confirm", seen, because: "high risk", code, typed: "", args: mode.args } });
}

function pressGrant(context: ModeContext, key: Key, mode: ModeOf<"grant">) {
  const { form } = mode;
  const row = grantRows(form)[form.cursor];
  const set = (next: typeof form) => context.set({ mode: { ...mode, form: next } });
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
  if (now !== form.code) return set(typeGrantRow(form, () => (form.code.startsWith(now) ? now : "")));
  context.set({ mode: BROWSE });
  approveWithGrant(context, mode.id, mode.digest, form);
}

const MAX_TYPED = 2_000;

/** A line of text after a key: typing, deleting, pasting. */
function typed(text: string, key: Key): string {
  if (key.name === "backspace") return [...text].slice(0, -1).join("");
  if (key.name === "ctrl-u") return "";
  if (key.name === "paste") return (text + makeVisible(key.text ?? "").text).slice(0, MAX_TYPED);
  return key.text === undefined ? text : (text + key.text).slice(0, MAX_TYPED);
}
