import type { JsonObject } from "#base";
import type { Pins } from "#pins";
import { META_KEYS, MODERN_REVISIONS, TASKS_EXTENSION } from "#protocol";
import type { ClientProfile, Upstream, UpstreamState } from "#upstreams";
import { knowsTasks } from "../tasks/task-meta.ts";
import type { Instructions } from "./instructions.ts";

/** preloop's presentation: its version, and the milliseconds that it waits to present its servers too. */
export interface Presentation {
  readonly version: string;
  readonly graceMs: number;
}

/** Everything that is presented: preloop itself and its servers. */
export interface PresentationParts {
  readonly upstreams: readonly Upstream[];
  readonly presentation: Presentation;
  readonly instructions: Instructions;
}

/**
 * The answer to `initialize`. It waits only briefly for servers that are starting: what they offer later is announced
 * by `list_changed`, so until all have spoken we announce whatever we could carry.
 */
export async function initializeResult(
  client: ClientProfile,
  pins: Pins,
  { upstreams, presentation, instructions }: PresentationParts,
): Promise<JsonObject> {
  const { version, graceMs } = presentation;
  const untilMs = performance.now() + graceMs;
  const states = await Promise.all(upstreams.map((upstream) => upstream.settled(graceMs)));
  return {
    protocolVersion: client.protocolVersion,
    capabilities: {
      ...capabilitiesOf(states, false),
      ...(knowsTasks(client) && { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } }),
    },
    serverInfo: { name: "preloop", title: "preloop", version },
    ...(await instructions.of(upstreams, states, { pins, untilMs })),
  };
}

/** The answer to `server/discover`. */
export async function discoverResult(
  pins: Pins,
  { upstreams, presentation, instructions }: PresentationParts,
): Promise<JsonObject> {
  const { version, graceMs } = presentation;
  const untilMs = performance.now() + graceMs;
  const states = await Promise.all(upstreams.map((upstream) => upstream.settled(graceMs)));
  return {
    resultType: "complete",
    supportedVersions: [...MODERN_REVISIONS],
    capabilities: { ...capabilitiesOf(states, true), extensions: { [TASKS_EXTENSION]: {} } },
    ...(await instructions.of(upstreams, states, { pins, untilMs })),
    ttlMs: 0,
    cacheScope: "private",
    _meta: { [META_KEYS.serverInfo]: { name: "preloop", title: "preloop", version } },
  };
}

function capabilitiesOf(states: readonly UpstreamState[], modern: boolean): JsonObject {
  const anyMay = (capability: string) =>
    states.some(
      (state) =>
        state.kind === "starting" || (state.kind === "ready" && capability in state.profile.capabilities),
    );
  return {
    tools: { listChanged: true },
    ...(anyMay("prompts") && { prompts: { listChanged: true } }),
    ...(anyMay("resources") && { resources: { subscribe: true, listChanged: true } }),
    ...(anyMay("completions") && { completions: {} }),
    ...(anyMay("logging") && (!modern || states.length > 0) && { logging: {} }),
  };
}
