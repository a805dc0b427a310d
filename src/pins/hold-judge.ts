import { type LaunchPin, pinDigestOf } from "./definition.ts";
import { holdTexts } from "./hold.ts";
import { type KnownPins, launchKey } from "./known-pins.ts";
import { pinNameOf } from "./pin-name.ts";
import { flagsOf } from "./suspicion.ts";
import type { Hold, Pinnable } from "./types.ts";

/** Judge of what is held or switched off, by the pins that are known right now. */
export interface HoldJudge {
  /** Why it is held, if it is. */
  holdOf(item: Pinnable): Hold | undefined;
  /** Why everything of a server is held, if it is. */
  holdOfServer(server: string): Hold | undefined;
  /** True for a tool that is switched off; of a server itself without a tool. */
  isOff(server: string, tool?: string): boolean;
  /** Text that differs when a client would see a difference. */
  stateOf(list: readonly Pinnable[]): string;
}

/** Parts that a judge of holds needs. */
export interface HoldJudgeParts {
  readonly known: KnownPins;
  readonly launches: ReadonlyMap<string, LaunchPin>;
  readonly builtinServer: string | undefined;
  /** Reasons to hold an item that its survey found; undefined when it was in none. */
  readonly surveyed: (item: Pinnable) => readonly string[] | undefined;
}

/** Builtin tools are never held. */
export function createHoldJudge({ known, launches, builtinServer, surveyed }: HoldJudgeParts): HoldJudge {
  function holdOf(item: Pinnable): Hold | undefined {
    const { server, original, kind = "tool" } = item;
    if (server === builtinServer) return undefined;
    const whole = holdOfServer(server);
    if (whole) return whole;
    const digests = known.lookup.digestsOf({ server, kind, tool: pinNameOf(original) });
    if (digests?.get(pinDigestOf(item))) return undefined;
    const holds = surveyed(item) ?? flagsOf(item).holds;
    if (holds.length > 0) return holdTexts.suspicious(item, holds);
    // Nothing is known of it at all: the first use is good.
    return digests && holdTexts.changed(item);
  }

  function holdOfServer(server: string): Hold | undefined {
    const launch = launches.get(server);
    const digests = launch && known.lookup.digestsOf(launchKey(server, launch.digest));
    return digests && !digests.get(launch.digest) ? holdTexts.server(server) : undefined;
  }

  function isOff(server: string, tool = ""): boolean {
    return known.lookup.isOff(server, pinNameOf(tool));
  }

  function isItemOff({ server, original, kind = "tool" }: Pinnable): boolean {
    return isOff(server, kind === "tool" ? original : "");
  }

  return {
    holdOf,
    holdOfServer,
    isOff,
    stateOf: (list) => list.map((item) => (isItemOff(item) ? "off" : (holdOf(item)?.kind ?? ""))).join(),
  };
}
