import { type Log, makeVisible, PreloopError } from "#base";
import type { SessionRef } from "#model";
import type { ClientProfile, Upstream } from "#upstreams";
import type { SessionCallServices } from "../call/call-services.ts";
import {
  type Admitted,
  admit,
  type ClientFeature,
  isKnown,
  misshapen,
  type UncheckedRequest,
} from "./admit.ts";
import type { Answer } from "./answers.ts";
import type { LinkBook } from "./link-book.ts";
import { createPlaces } from "./places.ts";
import { refuseFrozenOrHeld, refuseModern } from "./refuse.ts";
import { showLine } from "./show.ts";
import { createTrail, type Trail } from "./trail.ts";

/** Lets questions in one by one, and writes down what becomes of each. */
export interface Entrance {
  /** @throws method_unknown, params_invalid, request_refused, session_frozen */
  enter(asked: UncheckedRequest, from: Upstream, client: ClientProfile | undefined): Promise<Entered>;
  close(): void;
}

/** A question that was let in, and has not ended yet. */
export interface Entered extends Admitted {
  readonly asked: UncheckedRequest;
  /** Its end with an answer, rebuilt by `read`. @throws input_failed for one of another shape */
  answered(read: () => Answer): string;
  /** Its end without one. */
  ended(became: "unanswered" | "refused" | "passed", reason?: string): void;
  /** Gives back its place among the open ones. */
  leave(isWithdrawn: boolean): void;
}

/** The services and the session that the entrance looks at. */
export interface EntranceOptions {
  readonly services: () => SessionCallServices | undefined;
  readonly ref: () => SessionRef;
  readonly log: Log;
  readonly ticksMs: () => number;
  readonly links: LinkBook;
}

const FEATURE_NAMES = { sampling: "sampling", form: "forms", link: "links", roots: "roots" } as const;
const LONGEST_KEY = 200;

/** Nothing let in yet. */
export function createEntrance(options: EntranceOptions): Entrance {
  const { services, links, ticksMs } = options;
  const places = createPlaces(ticksMs);
  const trail = createTrail({ ...options, audit: () => services()?.audit });
  return {
    async enter(asked, from, client) {
      try {
        const admitted = await look(asked, from, client, options);
        const leave = places.take(asked.server, admitted.params?.length ?? 0);
        if (admitted.elicitationId !== undefined) links.note(asked.server, admitted.elicitationId);
        return enteredOf(asked, from, { ...admitted, leave }, { ...options, trail });
      } catch (error) {
        const reason = (error as Error).message;
        trail.wrote(asked, "refused", { reason });
        throw error;
      }
    },
    close: trail.close,
  };
}

async function look(
  asked: UncheckedRequest,
  from: Upstream,
  client: ClientProfile | undefined,
  { services, ref }: EntranceOptions,
): Promise<Admitted> {
  const { method, key } = asked;
  const current = services();
  if (!isKnown(method)) throw new PreloopError("method_unknown", `Method not found: ${shownMethod(asked)}`);
  if (!client || !current)
    throw new PreloopError("request_refused", "the client is asked nothing before it has said who it is");
  if (key === undefined) refuseModern(from);
  else if (key.length > LONGEST_KEY || showLine(key) !== key)
    throw new PreloopError("params_invalid", "its key is no name");
  await current.firstSnapshot();
  refuseFrozenOrHeld(from, ref().id, current);
  const admitted = admit(asked, client);
  refuseUnallowed(from, admitted.feature, current);
  return admitted;
}

function enteredOf(
  asked: UncheckedRequest,
  from: Upstream,
  admitted: Admitted & Pick<Entered, "leave">,
  { services, ref, trail }: EntranceOptions & { readonly trail: Trail },
): Entered {
  const { facts } = admitted;
  const ended: Entered["ended"] = (became, reason) =>
    trail.wrote(asked, became, reason === undefined ? facts : { ...facts, reason });
  return {
    ...admitted,
    asked,
    ended,
    answered(read) {
      let answer: Answer;
      try {
        // A person may have been at it for long, and another have frozen the session meanwhile.
        refuseFrozenOrHeld(from, ref().id, services()!);
        refuseUnallowed(from, admitted.feature, services()!);
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

function refuseUnallowed(
  { name, isInProcess }: Upstream,
  feature: ClientFeature,
  { mayAsk }: SessionCallServices,
): void {
  if (isInProcess === true || mayAsk(name, feature)) return;
  throw new PreloopError(
    "request_refused",
    `the config does not let ${name} ask for ${FEATURE_NAMES[feature]}`,
  );
}

function shownMethod({ method }: UncheckedRequest): string {
  return makeVisible(method.slice(0, 100)).text;
}
