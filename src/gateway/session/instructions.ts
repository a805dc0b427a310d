import { type JsonObject, withTimeout } from "#base";
import type { Pinnable, Pins } from "#pins";
import type { ServerProfile, Upstream, UpstreamState } from "#upstreams";
import { heldNotice } from "../catalog/held.ts";

const OURS =
  "Some calls wait for a person's approval. A call that answers that it is still waiting was not executed: " +
  "call it again with the same arguments. A denied call must not be repeated unchanged.";

/** The pins that have a say in instructions, and the time until which they are waited for. */
export interface InstructionsSight {
  readonly pins: Pins;
  /** By `performance.now()`. */
  readonly untilMs: number;
}

/** The instructions that a client is given when it initializes. */
export interface Instructions {
  /** Our own words, and those of each server that nobody has to look at first: a member of the result, or nothing. */
  of(
    upstreams: readonly Upstream[],
    states: readonly UpstreamState[],
    sight: InstructionsSight,
  ): Promise<JsonObject>;
}

/** The instructions of one session's servers. */
export function createInstructions(): Instructions {
  // Pins know again what they have seen.
  const seenByProfile = new WeakMap<ServerProfile, Pinnable>();

  function seenIn(profile: ServerProfile, server: string): Pinnable {
    const known = seenByProfile.get(profile);
    if (known) return known;
    const definition = { instructions: profile.instructions! };
    const seen: Pinnable = { kind: "instructions", server, original: "", name: server, definition };
    seenByProfile.set(profile, seen);
    return seen;
  }

  return {
    async of(upstreams, states, { pins, untilMs }) {
      if (upstreams.length === 0) return {};
      const theirs = states.flatMap((state, at) =>
        state.kind === "ready" && state.profile.instructions
          ? [seenIn(state.profile, upstreams[at]!.name)]
          : [],
      );
      pins.survey(theirs, "instructions");
      // A person may have said yes since the last time, and another home may have seen other words: the store knows.
      const isUnsure = theirs.length > 0 && (pins.isBlind || theirs.some((seen) => pins.holdOf(seen)));
      if (isUnsure) {
        const leftMs = Math.max(0, untilMs - performance.now());
        await withTimeout(pins.ready, leftMs, () => {}).catch(() => {});
      }
      const texts = theirs.filter(({ server }) => !pins.isOff(server)).map((seen) => textOf(seen, pins));
      return { instructions: [OURS, ...texts].join("\n\n") };
    },
  };
}

function textOf(seen: Pinnable, pins: Pins): string {
  const hold = pins.holdOf(seen);
  const text = hold ? heldNotice("this server's instructions", hold) : seen.definition.instructions;
  return `# ${seen.server}\n${text}`;
}
