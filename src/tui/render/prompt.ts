import { GRANT_SCOPES, type ListedApproval } from "#model";
import { GRANT_LIFETIMES, SCOPE_VIEWS, shown, toolTitle } from "#views";
import { type GrantForm, grantFault, grantRows, wouldHaveMatched } from "../controller/grant-form.ts";
import type { Mode, ScreenState } from "../controller/state.ts";
import { ruled } from "./detail.ts";
import { plural } from "./labels.ts";
import { line, quiet, type Segment, type StyledLine, strong, warn } from "./styled-line.ts";
import { escapesMarked } from "./untrusted.ts";

/** Reasons at hand for a denial; the digit types the sentence, which can be changed before it is sent. */
export const REASONS = [
  "Wrong target: check which one is meant, and ask again.",
  "Not needed for this task.",
  "Too broad: narrow the arguments and ask again.",
  "Not now; go on with other work.",
  "Needs a ticket or a review first.",
] as const;

/** What stands at the bottom of the screen: the keys, a message, or a question. */
export function promptLines(state: ScreenState): readonly StyledLine[] {
  const { columns: width } = state.size;
  const { mode } = state;
  const about = "id" in mode ? state.pending.find(({ id }) => id === mode.id) : undefined;
  switch (mode.kind) {
    case "confirm":
      return confirmLines(mode, state, width);
    case "deny":
      return denyLines(mode.text, about, width);
    case "grant":
      return about ? grantLines(mode.form, about, state, width) : [keyLine(state)];
    case "review":
      return reviewLines(about, width);
    case "filter":
      return [
        line(
          strong("/"),
          ...escapesMarked(shown(mode.text)),
          CURSOR,
          quiet("  Enter keeps · Esc clears · tool: risk: server: session:"),
        ),
      ];
    case "busy":
      return [line({ text: mode.text, tone: "title" })];
    default:
      return [
        state.toast ? line({ text: state.toast.text, tone: state.toast.tone, bold: true }) : keyLine(state),
      ];
  }
}

const CURSOR: Segment = { text: "▏", tone: "title" };

function confirmLines(
  { seen, because, code, typed, args }: Extract<Mode, { kind: "confirm" }>,
  state: ScreenState,
  width: number,
): readonly StyledLine[] {
  const ids = [...seen.keys()];
  const approval = state.pending.find(({ id }) => id === ids[0]);
  const what = `${ids.length > 1 ? `${ids.length} calls of ` : ""}${approval ? toolTitle(approval) : ""}`;
  return [
    ruled(`approve ${ids.join(" ")}${args === undefined ? "" : " as edited"}`, width),
    line(strong(what), " · ", warn(because)),
    line(
      "Type ",
      { text: ` ${code} `, tone: "warn", bold: true },
      " to approve: ",
      strong(typed),
      CURSOR,
      quiet("   Esc goes back"),
    ),
  ];
}

function denyLines(text: string, approval: ListedApproval | undefined, width: number): readonly StyledLine[] {
  const reasons = REASONS.map((reason, at) => line(strong(` ${at + 1} `), quiet(reason)));
  return [
    ruled(`deny ${approval?.id ?? ""} · the agent will read this`, width),
    ...(text === "" ? reasons : []),
    line("> ", ...escapesMarked(shown(text)), CURSOR),
    line(quiet("Enter denies · a digit takes a sentence · Esc goes back")),
  ];
}

function reviewLines(approval: ListedApproval | undefined, width: number): readonly StyledLine[] {
  return [
    ruled(`approve ${approval?.id ?? ""} with your arguments?`, width),
    line(
      ...keyHints([
        ["a", "approve as edited"],
        ["e", "edit again"],
        ["Esc", "drop the edit"],
      ]),
    ),
  ];
}

function grantLines(
  form: GrantForm,
  approval: ListedApproval,
  state: ScreenState,
  width: number,
): readonly StyledLine[] {
  const rows = grantRows(form).map((row, at) => {
    const pointer: Segment = at === form.cursor ? { text: "▶ ", tone: "title", bold: true } : { text: "  " };
    if (row.kind === "scope")
      return line(
        pointer,
        "covers  ",
        ...choice(GRANT_SCOPES, form.scope),
        quiet(`  ${SCOPE_VIEWS[form.scope].choice}`),
      );
    if (row.kind === "lifetime") return line(pointer, "lasts   ", ...choice(GRANT_LIFETIMES, form.lifetime));
    if (row.kind === "confirm") return confirmRow(form, pointer, at === form.cursor);
    const field = form.fields[row.at]!;
    const glob = field.glob === undefined ? [quiet("as approved")] : escapesMarked(shown(field.glob));
    return line(
      pointer,
      "  ",
      { text: `${shown(field.name)}: `, tone: "title" },
      ...glob,
      at === form.cursor && CURSOR,
    );
  });
  const most = Math.max(3, state.size.rows - 14);
  const from = Math.max(0, Math.min(form.cursor - most + 2, rows.length - most));
  return [
    ruled(`approve ${approval.id}, and calls like it from now on`, width),
    ...rows.slice(from, from + most),
    previewLine(form, approval, state.past.get(approval.id) ?? []),
    line(quiet("↑↓ move · ←→ choose · type to change a pattern (* is any text) · Esc goes back")),
  ];
}

function confirmRow(form: GrantForm, pointer: Segment, isHere: boolean): StyledLine {
  const fault = grantFault(form);
  if (fault !== undefined) return line(pointer, warn(`▲ ${fault}`));
  return line(
    pointer,
    "type ",
    { text: ` ${form.code} `, tone: "warn", bold: true },
    " here to grant: ",
    strong(form.typed),
    isHere && CURSOR,
  );
}

function previewLine(form: GrantForm, approval: ListedApproval, past: readonly ListedApproval[]): StyledLine {
  if (past.length === 0) return line(quiet("no earlier calls of this tool to try it on"));
  const matched = wouldHaveMatched(form, approval, past);
  const ids = matched.slice(0, 6).map(({ id }) => id);
  const more = matched.length > ids.length ? ", …" : "";
  const which = ids.length > 0 ? `: ${ids.join(", ")}${more}` : "";
  return line(
    quiet(
      `would have let pass ${matched.length} of the last ${plural(past.length, "call")} of this tool${which}`,
    ),
  );
}

function choice(choices: readonly string[], chosen: string): readonly Segment[] {
  return choices.flatMap((each) => [
    each === chosen ? strong(`[${each}]`) : quiet(` ${each} `),
    { text: " " },
  ]);
}

/** The keys that mean something where the person is. */
function keyLine(state: ScreenState): StyledLine {
  const { panel, list } = state;
  const go: Hint[] =
    panel === "detail"
      ? [
          ["Esc", "back"],
          ["v", "view"],
        ]
      : [
          ["Enter", "detail"],
          ["/", "filter"],
        ];
  const tail: Hint[] = [
    ["?", "help"],
    ["q", "quit"],
  ];
  if (list === "grants") return line(...keyHints([["R", "revoke"], ...go, ...tail]));
  if (list === "sessions") return line(...keyHints([["x", "freeze/thaw"], ...go, ...tail]));
  if (list === "history") return line(...keyHints([...go, ["y", "copy id"], ...tail]));
  const decide: Hint[] = [
    ["a", "approve"],
    ["e", "edit"],
    ["d", "deny"],
    ["g", "grant"],
  ];
  const marked: Hint[] = state.marks.size > 0 ? [["A", `approve ${state.marks.size} marked`]] : [];
  const wide: Hint[] =
    state.size.columns < 100
      ? []
      : [
          ["v", "view"],
          ["x", "freeze session"],
        ];
  const where: Hint = panel === "detail" ? ["Esc", "back"] : ["Enter", "detail"];
  return line(...keyHints([...decide, ...marked, ...wide, where, ["/", "filter"], ...tail]));
}

type Hint = readonly [key: string, what: string];

function keyHints(hints: readonly Hint[]): readonly Segment[] {
  return hints.flatMap(([key, what], at) => [
    quiet(at > 0 ? "  " : ""),
    { text: key, tone: "title", bold: true } as const,
    { text: ` ${what}` },
  ]);
}
