import { type Log, makeVisible, PreloopError } from "#base";
import type { SessionRef } from "#model";
import type { ClientFace, Upstream } from "#upstreams";
import type { Stages } from "../stages.ts";
import { standingReady } from "../standing-ready.ts";
import { type Admitted, type Asked, admit, isKnown, misshapen, type Wish } from "./admit.ts";
import type { Answer } from "./answers.ts";
import type { LinkBook } from "./link-book.ts";
import { createPlaces } from "./places.ts";
import { refuseModern, refuseStanding } from "./refuse.ts";
import { showLine } from "./show.ts";
import { createTrail } from "./trail.ts";

/** Lets questions in one by one, and writes down what becomes of each. */
export interface Entrance {
  /** @throws method_unknown, params_invalid, request_refused, session_frozen */
  enter(asked: Asked, from: Upstream, client: ClientFace | undefined): Promise<Entered>;
  close(): void;
}

/** A question that was let in, and has not ended yet. */
export interface Entered extends Admitted {
  readonly asked: Asked;
  /** Its end with an answer, rebuilt by `read`. @throws input_failed for one of another shape */
  answered(read: () => Answer): string;
  /** Its end without one. */
  ended(became: "unanswered" | "refused" | "passed", reason?: string): void;
  /** Gives back its place among the open ones. */
  leave(isWithdrawn: boolean): void;
}

/** What the entrance looks at. */
export interface EntranceOptions {
  readonly stages: () => Stages | undefined;
  readonly ref: () => SessionRef;
  readonly log: Log;
  readonly ticksMs: () => number;
  readonly links: LinkBook;
}

const WISHES = { sampling: "sampling", form: "forms", link: "links", roots: "roots" } as const;
const LONGEST_KEY = 200;

/** Nothing let in yet. */
export function createEntrance({ stages, links, ...options }: EntranceOptions): Entrance {
  const { ref } = options;
  const places = createPlaces(options.ticksMs);
  const trail = createTrail({ ...options, audit: () => stages()?.audit });

  async function look(asked: Asked, from: Upstream, client: ClientFace | undefined): Promise<Admitted> {
    const { method, key } = asked;
    const current = stages();
    if (!isKnown(method)) throw new PreloopError("method_unknown", `Method not found: ${shownMethod(asked)}`);
    if (!client || !current)
      throw new PreloopError("request_refused", "the client is asked nothing before it has said who it is");
    if (key === undefined) refuseModern(from);
    else if (key.length > LONGEST_KEY || showLine(key) !== key)
      throw new PreloopError("params_invalid", "its key is no name");
    await standingReady(current);
    refuseStanding(from, ref().id, current);
    const admitted = admit(asked, client);
    refuseUnwished(from, admitted.wish, current);
    return admitted;
  }

  function enteredOf(
    asked: Asked,
    from: Upstream,
    { leave, ...admitted }: Admitted & Pick<Entered, "leave">,
  ): Entered {
    const { facts } = admitted;
    const ended: Entered["ended"] = (became, reason) =>
      trail.wrote(asked, became, reason === undefined ? facts : { ...facts, reason });
    return {
      ...admitted,
      asked,
      leave,
      ended,
      answered(read) {
        let answer: Answer;
        try {
          // A person may have been at it for long, and another have frozen the session meanwhile.
          refuseStanding(from, ref().id, stages()!);
          refuseUnwished(from, admitted.wish, stages()!);
          answer = read();
        } catch (error) {
          const known = error instanceof PreloopError ? error : undefined;
          const reason = known?.message ?? misshapen(error);
          ended("unanswered", reason);
          if (known?.code === "session_frozen") throw error;
          throw new PreloopError(
            "input_failed",
            `The client's answer to ${asked.method} was not passed on: ${reason}`,
          );
        }
        trail.wrote(asked, answer.isDeclined ? "declined" : "answered", facts);
        return answer.text;
      },
    };
  }

  return {
    async enter(asked, from, client) {
      try {
        const admitted = await look(asked, from, client);
        const leave = places.take(asked.server, admitted.params?.length ?? 0);
        if (admitted.elicitationId !== undefined) links.note(asked.server, admitted.elicitationId);
        return enteredOf(asked, from, { ...admitted, leave });
      } catch (error) {
        const reason = (error as Error).message;
        trail.wrote(asked, "refused", { reason });
        throw error;
      }
    },
    close: trail.close,
  };
}

function refuseUnwished({ name, isInside }: Upstream, wish: Wish, { mayAsk }: Stages): void {
  if (isInside === true || mayAsk(name, wish)) return;
  throw new PreloopError("request_refused", `the config does not let ${name} ask for ${WISHES[wish]}`);
}

function shownMethod({ method }: Asked): string {
  return makeVisible(method.slice(0, 100)).text;
}
