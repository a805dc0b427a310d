import {
  closeJson,
  headBetweenMasks,
  type Json,
  type JsonObject,
  locationNotes,
  type Masking,
  readJson,
  redactAll,
  writeJson,
} from "#base";
import type { ApprovalHead } from "#model";

/** Limits on what one person is shown of an approval's arguments. */
export interface Exposure {
  /** Secrets as they are, which is written down. */
  readonly reveal: boolean;
  readonly masking: Masking;
  /** Who looks. */
  readonly person: string;
}

/** Value as it may be shown, and what is odd about what is masked in it. */
export interface SeenValue {
  readonly value: Json;
  readonly odd: readonly string[];
}

/** A value as it may be shown: masked, unless it is revealed. */
export function seenValue(value: Json, { reveal, masking }: Pick<Exposure, "reveal" | "masking">): SeenValue {
  return reveal ? { value, odd: [] } : redactAll(value, masking);
}

/** Arguments (JSON source text) as they may be shown. */
export function seenArguments(text: string, exposure: Pick<Exposure, "reveal" | "masking">): SeenValue {
  return seenValue(readJson(text), exposure);
}

const HEAD_SHOWN = 1_000;

/** The beginning of long arguments as text. More is masked than is shown: a secret may straddle the cut. */
export function argumentsHead({ argsHead }: ApprovalHead, exposure: Exposure): string {
  return headBetweenMasks(writeJson(seenArguments(closeJson(argsHead), exposure).value), HEAD_SHOWN);
}

/** Where paths and URLs lead that do not say so themselves. */
export function resolvedView(args: Json): JsonObject {
  const notes = locationNotes(args);
  return notes.length === 0 ? {} : { resolves: notes.map(({ at, note }) => ({ argument: at, note })) };
}
