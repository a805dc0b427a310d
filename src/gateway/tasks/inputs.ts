import { PreloopError } from "#base";
import { members } from "#protocol";
import { inputRequestsOf } from "../context/input.ts";
import {
  MAX_ROUND_TRIPS,
  pauseBeforeNextRoundTrip,
  tooManyRoundTrips,
} from "../context/round-trip-limits.ts";

/** The questions of a task: a client reads them with its status, and answers them as it can. */
export interface Inputs {
  /**
   * Puts the requests of an `input_required` result. Resolves with the text of its `inputResponses` when all of them
   * are answered; undefined when nothing was asked. @throws input_failed, request_cancelled
   */
  ask(result: string, signal: AbortSignal): Promise<string | undefined>;
  /** What is not answered yet, as JSON text. */
  open(): string;
  /** Takes answers, by the keys of the questions; those to nothing that is open are ignored. */
  answer(responses: string): void;
}

interface Round {
  /** The server's own key and its request, by the key that the client sees. */
  readonly open: Map<string, readonly [key: string, request: string]>;
  readonly answers: Map<string, string>;
  readonly resolve: (responses: string) => void;
}

/** No question yet; `onChange` hears when there are some, and when there are none any more. */
export function createInputs({ onChange }: { readonly onChange: (isAsking: boolean) => void }): Inputs {
  const rounds = new Set<Round>();
  let asked = 0;

  async function put(wanted: ReadonlyMap<string, string>, signal: AbortSignal): Promise<string> {
    if (signal.aborted) throw withdrawn();
    // A key stands for one question as long as the task lives, and servers may use theirs again.
    const at = ++asked;
    const open = new Map([...wanted].map(([key, request]) => [`${at}.${key}`, [key, request]] as const));
    return new Promise((resolve, reject) => {
      const round: Round = { open, answers: new Map(), resolve };
      rounds.add(round);
      const onAbort = () => {
        rounds.delete(round);
        reject(withdrawn());
      };
      signal.addEventListener("abort", onAbort, { once: true });
      onChange(true);
    });
  }

  return {
    async ask(result, signal) {
      if (asked >= MAX_ROUND_TRIPS) throw tooManyRoundTrips();
      const wanted = inputRequestsOf(result);
      if (wanted.size > 0) return put(wanted, signal);
      asked++;
      await pauseBeforeNextRoundTrip(signal, withdrawn);
      return undefined;
    },
    open() {
      const entries = [...rounds].flatMap(({ open }) => [...open]);
      return `{${entries.map(([key, [, request]]) => `${JSON.stringify(key)}:${request}`).join(",")}}`;
    },
    answer(responses) {
      const given = members(responses);
      for (const round of rounds) {
        for (const [key, [own]] of round.open) {
          const text = given.get(key);
          if (text === undefined) continue;
          round.open.delete(key);
          round.answers.set(own, text);
        }
        if (round.open.size > 0) continue;
        rounds.delete(round);
        if (rounds.size === 0) onChange(false);
        const entries = [...round.answers].map(([key, text]) => `${JSON.stringify(key)}:${text}`);
        round.resolve(`{${entries.join(",")}}`);
      }
    },
  };
}

function withdrawn(): PreloopError {
  return new PreloopError("request_cancelled", "the task was cancelled");
}
