import type { ApprovalsConfig } from "#config";
import { QUESTION_LIMITS, type QuestionLimit, type QuestionLimits } from "#model";

/** How much may wait for people: as the session began or as the config is now, whichever is less. */
export function questionLimits(start: ApprovalsConfig, latest: ApprovalsConfig): QuestionLimits {
  const least = (whose: keyof QuestionLimits): QuestionLimit => {
    const [first, second] = [limitOf(start, whose), limitOf(latest, whose)];
    return {
      questions: Math.min(first.questions, second.questions),
      bytes: Math.min(first.bytes, second.bytes),
    };
  };
  return { session: least("session"), user: least("user") };
}

const MEGABYTE = 1_048_576;

function limitOf({ limits }: ApprovalsConfig, whose: keyof QuestionLimits): QuestionLimit {
  const usual = QUESTION_LIMITS[whose];
  const { questions = usual.questions, megabytes } = limits?.[whose] ?? {};
  return { questions, bytes: megabytes === undefined ? usual.bytes : megabytes * MEGABYTE };
}
