import { type JsonObject, readJson } from "#base";
import type { PinRow } from "#store";
import { present } from "#views";
import { type KnownTool, kindOfPin } from "./known-tools.ts";

// Prompts and resources may be many, and most servers are as they were.
export function isListed({ kind, state }: KnownTool): boolean {
  if (kind === "tool") return true;
  return kind === "server" ? state !== "ok" : state === "held";
}

/** Mark and word of each state of a tool. */
export const STATES = { ok: "  ok", held: "! held", off: "- off" } as const;

/** A tool as JSON. */
export function toolView({ server, kind, tool, state, latest }: KnownTool): JsonObject {
  return { server, kind, tool, name: latest.name, state, ...pinFacts(latest) };
}

function pinFacts({ flags, firstSeenAt, acceptedAt, acceptedBy }: PinRow): JsonObject {
  return {
    flags: [...flags],
    firstSeenAt: firstSeenAt.toISOString(),
    ...present({ acceptedAt: acceptedAt?.toISOString(), acceptedBy }),
  };
}

/** A pin as JSON. */
export function pinView(pin: PinRow): JsonObject {
  const { server, tool, name, digest, definition } = pin;
  const state = pin.acceptedAt ? "accepted" : "held";
  return {
    server,
    kind: kindOfPin(pin),
    tool,
    name,
    digest,
    state,
    ...pinFacts(pin),
    definition: readJson(definition),
  };
}
