import {
  canonicalJson,
  type Json,
  type Masking,
  messageOf,
  readJson,
  redactAll,
  redactJson,
  writeJson,
} from "#base";
import { type Approval, isWhole, type ListedApproval } from "#model";
import { type ArgumentLines, fieldLines, jsonLines, textLines, type View } from "../render/arguments.ts";
import { type DetailLines, detailLines, sizeLabel } from "../render/detail.ts";
import { differenceLines } from "../render/difference.ts";
import { line, quiet } from "../render/styled-line.ts";
import { isRevealed, lockOf, pickedApproval, wholeOf } from "./focus.ts";
import type { ScreenState } from "./state.ts";

interface Prepared {
  readonly args: ArgumentLines;
  readonly title: string;
  readonly isMasked: boolean;
  readonly odd: readonly string[];
}

/** Maker of details; the costly part, the arguments, is kept until something about them changes. */
export interface DetailMaker {
  detailOf(state: ScreenState, width: number): DetailLines | undefined;
  /** What an edit changes, masked like everything else until it is revealed. */
  changesOf(state: ScreenState, approval: Approval, args: string, width: number): ArgumentLines;
  /** Whether the arguments hold something that is masked. */
  hasSecrets(approval: Approval): boolean;
}

export function createDetailMaker(masking: Masking): DetailMaker {
  let kept: { readonly key: string; readonly prepared: Prepared } | undefined;
  const prepared = (state: ScreenState, approval: Approval, width: number): Prepared => {
    const isShown = isRevealed(state, approval);
    const past = state.view === "diff" ? state.past.get(approval.id)?.[0]?.id : "";
    const key = [approval.id, approval.effectiveDigest, state.view, isShown, width, past].join(" ");
    if (kept?.key !== key) kept = { key, prepared: prepare({ state, approval, width, isShown, masking }) };
    return kept.prepared;
  };
  return {
    detailOf(state, width) {
      const listed = pickedApproval(state);
      if (!listed) return undefined;
      const whole = wholeOf(state, listed);
      const approval = whole ?? listed;
      const { args, title, isMasked, odd } = whole ? prepared(state, whole, width) : beingRead(listed);
      const lock = state.list === "pending" ? lockOf(state, approval) : undefined;
      const past = state.past.get(approval.id);
      return detailLines({
        approval,
        args,
        argsTitle: title,
        isMasked,
        odd,
        past,
        now: state.now,
        width,
        isShort: state.size.rows < SHORT_ROWS,
        lock,
      });
    },
    changesOf(state, approval, args, width) {
      const isShown = isRevealed(state, approval);
      const seen = (text: string) => (isShown ? parse(text) : redactJson(parse(text), masking));
      return differenceLines(seen(approval.effectiveArgs), seen(args), width);
    },
    hasSecrets: (approval) => maskedOf(parse(approval.effectiveArgs), masking).isMasked,
  };
}

const SHORT_ROWS = 18;

function beingRead(listed: ListedApproval): Prepared {
  const size = isWhole(listed) ? "" : ` · ${sizeLabel(listed.argsBytes)}`;
  const lines = [line(quiet("being read…"))];
  return { args: { lines, hidden: 0, warnings: [] }, title: `arguments${size}`, isMasked: false, odd: [] };
}

interface Preparing {
  readonly state: ScreenState;
  readonly approval: Approval;
  readonly width: number;
  readonly isShown: boolean;
  readonly masking: Masking;
}

function prepare({ state, approval, width, isShown, masking }: Preparing): Prepared {
  const source = approval.effectiveArgs;
  const whole = parse(source);
  const masked = maskedOf(whole, masking);
  const isMasked = masked.isMasked && !isShown;
  const found = { isMasked, odd: isMasked ? masked.odd : [] };
  const seen = (value: Json) => (isShown ? value : redactJson(value, masking));
  const value = isMasked ? masked.value : whole;
  const size = sizeLabel(Buffer.byteLength(source));
  const title = (how: string) => `arguments · ${size} · ${how}`;
  switch (state.view as View) {
    case "fields":
      return { args: fieldLines(value, width), title: title("fields"), ...found };
    case "json":
      return { args: jsonLines(value, width), title: title("JSON"), ...found };
    case "raw": {
      // Warnings come from the decoded texts, where JSON's own escapes hide nothing.
      const { lines: _, ...warned } = jsonLines(value, width);
      const { lines } = textLines(isMasked ? writeJson(value) : source, width);
      return { args: { lines, ...warned }, title: title("source"), ...found };
    }
    case "diff": {
      const base = baseOf(approval, state.past.get(approval.id) ?? []);
      if (!base)
        return { args: nothingToCompare(value, width), title: title("nothing to compare with"), ...found };
      return {
        args: differenceLines(seen(parse(base.args)), value, width),
        title: title(base.label),
        ...found,
      };
    }
  }
}

// The agent's own proposal before an edit; else the last call of this tool that was asked about.
function baseOf(
  approval: Approval,
  past: readonly ListedApproval[],
): { args: string; label: string } | undefined {
  if (approval.proposedDigest !== approval.effectiveDigest)
    return { args: approval.proposedArgs, label: "changes against the agent's proposal" };
  const last = past[0];
  return last && isWhole(last)
    ? { args: last.effectiveArgs, label: `changes against ${last.id}` }
    : undefined;
}

function nothingToCompare(value: Json, width: number): ArgumentLines {
  const { lines, ...found } = fieldLines(value, width);
  return {
    lines: [
      line(quiet("no edit and no earlier call of this tool to compare with; all of it is shown")),
      ...lines,
    ],
    ...found,
  };
}

interface Masked {
  readonly value: Json;
  readonly isMasked: boolean;
  readonly odd: readonly string[];
}

function maskedOf(whole: Json, masking: Masking): Masked {
  const { value, odd } = redactAll(whole, masking);
  return { value, odd, isMasked: canonicalJson(value) !== canonicalJson(whole) };
}

// A row that cannot be read is shown as the text it is.
function parse(text: string): Json {
  try {
    return readJson(text);
  } catch (error) {
    return { "unreadable arguments": messageOf(error), source: text };
  }
}
