import { canonicalJson, type Json, messageOf, readJson, redactJson, writeJson } from "#base";
import { type Approval, isWhole, type ListedApproval } from "#model";
import { type ArgumentLines, fieldLines, jsonLines, textLines, type View } from "../lines/arguments.ts";
import { type DetailLines, detailLines, sizeWord } from "../lines/detail.ts";
import { differenceLines } from "../lines/difference.ts";
import { line, quiet } from "../lines/line.ts";
import { lockOf, pickedApproval, wholeOf } from "./focus.ts";
import type { DeskState } from "./state.ts";

interface Prepared {
  readonly args: ArgumentLines;
  readonly title: string;
  readonly isMasked: boolean;
}

/** Prepares details; the costly part, the arguments, is kept until something about them changes. */
export interface DetailMaker {
  detailOf(state: DeskState, width: number): DetailLines | undefined;
  /** What an edit changes, masked like everything else until it is revealed. */
  changesOf(state: DeskState, approval: Approval, args: string, width: number): ArgumentLines;
  /** Whether the arguments hold something that is masked. */
  hasSecrets(approval: Approval): boolean;
}

export function createDetailMaker(secretNames: readonly string[]): DetailMaker {
  let kept: { readonly key: string; readonly prepared: Prepared } | undefined;
  const prepared = (state: DeskState, approval: Approval, width: number): Prepared => {
    const isRevealed = state.revealed.has(approval.id);
    const past = state.view === "diff" ? state.past.get(approval.id)?.[0]?.id : "";
    const key = [approval.id, approval.effectiveDigest, state.view, isRevealed, width, past].join(" ");
    if (kept?.key !== key)
      kept = { key, prepared: prepare({ state, approval, width, isRevealed, secretNames }) };
    return kept.prepared;
  };
  return {
    detailOf(state, width) {
      const listed = pickedApproval(state);
      if (!listed) return undefined;
      const whole = wholeOf(state, listed);
      const approval = whole ?? listed;
      const { args, title, isMasked } = whole ? prepared(state, whole, width) : beingRead(listed);
      const lock = state.list === "pending" ? lockOf(state, approval) : undefined;
      const past = state.past.get(approval.id);
      return detailLines({
        approval,
        args,
        argsTitle: title,
        isMasked,
        past,
        now: state.now,
        width,
        isShort: state.size.rows < SHORT_ROWS,
        lock,
      });
    },
    changesOf(state, { id, effectiveArgs }, args, width) {
      const seen = (text: string) =>
        state.revealed.has(id) ? parse(text) : redactJson(parse(text), secretNames);
      return differenceLines(seen(effectiveArgs), seen(args), width);
    },
    hasSecrets: (approval) => maskedOf(parse(approval.effectiveArgs), secretNames).isMasked,
  };
}

const SHORT_ROWS = 18;

function beingRead(listed: ListedApproval): Prepared {
  const size = isWhole(listed) ? "" : ` · ${sizeWord(listed.argsBytes)}`;
  const lines = [line(quiet("being read…"))];
  return { args: { lines, hidden: 0, warnings: [] }, title: `arguments${size}`, isMasked: false };
}

interface Preparing {
  readonly state: DeskState;
  readonly approval: Approval;
  readonly width: number;
  readonly isRevealed: boolean;
  readonly secretNames: readonly string[];
}

function prepare({ state, approval, width, isRevealed, secretNames }: Preparing): Prepared {
  const source = approval.effectiveArgs;
  const whole = parse(source);
  const masked = maskedOf(whole, secretNames);
  const isMasked = masked.isMasked && !isRevealed;
  const seen = (value: Json) => (isRevealed ? value : redactJson(value, secretNames));
  const value = isMasked ? masked.value : whole;
  const size = sizeWord(Buffer.byteLength(source));
  const title = (how: string) => `arguments · ${size} · ${how}`;
  switch (state.view as View) {
    case "fields":
      return { args: fieldLines(value, width), title: title("fields"), isMasked };
    case "json":
      return { args: jsonLines(value, width), title: title("JSON"), isMasked };
    case "raw": {
      // Warnings come from the decoded texts, where JSON's own escapes hide nothing.
      const { lines: _, ...found } = fieldLines(value, width);
      const { lines } = textLines(isMasked ? writeJson(value) : source, width);
      return { args: { lines, ...found }, title: title("source"), isMasked };
    }
    case "diff": {
      const base = baseOf(approval, state.past.get(approval.id) ?? []);
      if (!base)
        return { args: nothingToCompare(value, width), title: title("nothing to compare with"), isMasked };
      return {
        args: differenceLines(seen(parse(base.args)), value, width),
        title: title(base.words),
        isMasked,
      };
    }
  }
}

// The agent's own proposal before an edit; else the last call of this tool that was asked about.
function baseOf(
  approval: Approval,
  past: readonly ListedApproval[],
): { args: string; words: string } | undefined {
  if (approval.proposedDigest !== approval.effectiveDigest)
    return { args: approval.proposedArgs, words: "changes against the agent's proposal" };
  const last = past[0];
  return last && isWhole(last)
    ? { args: last.effectiveArgs, words: `changes against ${last.id}` }
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

function maskedOf(whole: Json, secretNames: readonly string[]): { value: Json; isMasked: boolean } {
  const value = redactJson(whole, secretNames);
  return { value, isMasked: canonicalJson(value) !== canonicalJson(whole) };
}

// A row that cannot be read is shown as the text it is.
function parse(text: string): Json {
  try {
    return readJson(text);
  } catch (error) {
    return { "unreadable arguments": messageOf(error), source: text };
  }
}
