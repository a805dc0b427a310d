import type { NewPin, PinKind } from "#store";
import type { LaunchPin } from "./definition.ts";
import { createHoldJudge, type HoldJudge } from "./hold-judge.ts";
import type { KnownPins } from "./known-pins.ts";
import { lookalikesOf } from "./lookalikes.ts";
import { flagsOf } from "./suspicion.ts";
import { createTelling } from "./telling.ts";
import type { Hold, Pinnable } from "./types.ts";

/** Surveys of all that servers tell of: the last one of each kind, and what is held of it. */
export interface Surveys {
  readonly judge: HoldJudge;
  /** Looks at all there are now of one kind. False when the last survey was of the same. */
  survey(list: readonly Pinnable[], kind: PinKind): boolean;
  isSurveyed(item: Pinnable): boolean;
  /** Before the store is read anew; the result, called when that is known, tells what is held or changed by it. */
  beginRead(): () => void;
}

/** Parts that surveys need. */
export interface SurveysParts {
  readonly known: KnownPins;
  readonly launches: ReadonlyMap<string, LaunchPin>;
  readonly builtinServer: string | undefined;
  /** Hears of each thing that turns out to be held, once. */
  readonly onHeld: (item: Pinnable, hold: Hold) => void;
  /** Hears that what is held or switched off changed with the store, of which kind. */
  readonly onChange: (kind: PinKind) => void;
}

/** All there was of one kind when it was looked at last, with the reasons to hold each. */
interface Survey {
  readonly list: readonly Pinnable[];
  readonly holds: WeakMap<Pinnable, readonly string[]>;
  /** What is to be noted of each, in the order of the list. */
  readonly flags: readonly (readonly [Pinnable, Pick<NewPin, "flags" | "isHeld">])[];
}

/** Keeps the last survey of each kind. */
export function createSurveys({ known, launches, builtinServer, onHeld, onChange }: SurveysParts): Surveys {
  const surveys = new Map<PinKind, Survey>();
  const surveyed = (item: Pinnable) => surveys.get(item.kind ?? "tool")?.holds.get(item);
  const judge = createHoldJudge({ known, launches, builtinServer, surveyed });
  const tell = createTelling(onHeld);

  function tellOfHeld(list: readonly Pinnable[]): void {
    for (const item of list) {
      const hold = judge.holdOf(item);
      if (hold) tell(item, hold);
    }
  }

  return {
    judge,
    survey(list, kind) {
      const before = surveys.get(kind);
      if (before?.list.length === list.length && list.every((item) => before.holds.has(item))) return false;
      const found = surveyOf(list, kind);
      surveys.set(kind, found);
      for (const [item, pin] of found.flags) known.note(item, pin);
      known.noteServers();
      known.keepNoted();
      tellOfHeld(list);
      return true;
    },
    isSurveyed: (item) => surveyed(item) !== undefined,
    beginRead() {
      const before = [...surveys].map(([kind, { list }]) => [kind, list, judge.stateOf(list)] as const);
      return () => {
        for (const [kind, list, state] of before) {
          tellOfHeld(list);
          if (judge.stateOf(list) !== state) onChange(kind);
        }
      };
    },
  };
}

function surveyOf(list: readonly Pinnable[], kind: PinKind): Survey {
  const likenesses = kind === "tool" ? lookalikesOf(list) : undefined;
  const holds = new WeakMap<Pinnable, readonly string[]>();
  const flags = list.map((item) => {
    const found = flagsOf(item);
    const like = likenesses?.get(item);
    const reasons = like?.isDisguised
      ? [...found.holds, "a name that passes for another tool's"]
      : found.holds;
    holds.set(item, reasons);
    const pin = { flags: [...reasons, ...found.notes, ...(like?.notes ?? [])], isHeld: reasons.length > 0 };
    return [item, pin] as const;
  });
  return { list, holds, flags };
}
