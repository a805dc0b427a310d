import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "#base";
import type { Pins, Seen } from "#pins";
import type { ServerProfile, Upstream, UpstreamState } from "#upstreams";
import { heldNotice } from "../catalog/held.ts";

const OURS =
  "Some calls wait for a person's approval. A call that answers that it is still waiting was not executed: " +
  "call it again with the same arguments. A denied call must not be repeated unchanged.";

/** What the client is told when it initializes: our own words, and those of each server that nobody has to look at first. */
export async function instructionsOf(
  upstreams: readonly Upstream[],
  states: readonly UpstreamState[],
  { pins, untilMs }: { readonly pins: Pins; readonly untilMs: number },
): Promise<JsonObject> {
  if (upstreams.length === 0) return {};
  const theirs = states.flatMap((state, at) =>
    state.kind === "ready" && state.profile.instructions ? [seenIn(state.profile, upstreams[at]!.name)] : [],
  );
  pins.survey(theirs, "instructions");
  // A person may have said yes since the last time, and another home may have seen other words: the store knows.
  const isUnsure = theirs.length > 0 && (pins.isBlind || theirs.some((seen) => pins.holdOf(seen)));
  if (isUnsure) await readyBy(untilMs, pins);
  const texts = theirs
    .filter(({ server }) => !pins.isOff(server))
    .map((seen) => {
      const hold = pins.holdOf(seen);
      return `# ${seen.server}\n${hold ? heldNotice("this server's instructions", hold) : seen.definition.instructions}`;
    });
  return { instructions: [OURS, ...texts].join("\n\n") };
}

const seenByProfile = new WeakMap<ServerProfile, Seen>();

function seenIn(profile: ServerProfile, server: string): Seen {
  const known = seenByProfile.get(profile);
  if (known) return known;
  const instructions = profile.instructions!;
  const seen: Seen = {
    kind: "instructions",
    server,
    original: "",
    name: server,
    definition: { instructions },
  };
  seenByProfile.set(profile, seen);
  return seen;
}

async function readyBy(untilMs: number, pins: Pins): Promise<void> {
  const stop = new AbortController();
  const late = sleep(Math.max(0, untilMs - performance.now()), undefined, { signal: stop.signal });
  await Promise.race([pins.ready, late]).catch(() => {});
  stop.abort();
  await late.catch(() => {});
}
