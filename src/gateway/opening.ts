import type { JsonObject } from "#base";
import type { ClientFace, Upstream, UpstreamState } from "#upstreams";
import { MODERN_VERSIONS } from "./era.ts";
import { knowsTasks, TASKS_EXTENSION } from "./tasks/words.ts";

/** How preloop presents itself, and for how long it waits to present its servers with it. */
export interface Introduction {
  readonly version: string;
  readonly graceMs: number;
}

/**
 * The answer to `initialize`. It waits only briefly for servers that are starting: what they offer later is announced
 * by `list_changed`, so until all have spoken we announce whatever we could carry.
 */
export async function initializeResult(
  client: ClientFace,
  upstreams: readonly Upstream[],
  { version, graceMs }: Introduction,
): Promise<JsonObject> {
  const states = await Promise.all(upstreams.map((upstream) => upstream.settled(graceMs)));
  return {
    protocolVersion: client.protocolVersion,
    capabilities: {
      ...capabilitiesOf(states, false),
      ...(knowsTasks(client) && { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } }),
    },
    serverInfo: { name: "preloop", title: "preloop", version },
    ...instructionsOf(upstreams, states),
  };
}

/** The answer to `server/discover`. */
export async function discoverResult(
  upstreams: readonly Upstream[],
  { version, graceMs }: Introduction,
): Promise<JsonObject> {
  const states = await Promise.all(upstreams.map((upstream) => upstream.settled(graceMs)));
  return {
    resultType: "complete",
    supportedVersions: [...MODERN_VERSIONS],
    capabilities: { ...capabilitiesOf(states, true), extensions: { [TASKS_EXTENSION]: {} } },
    ...instructionsOf(upstreams, states),
    ttlMs: 0,
    cacheScope: "private",
    _meta: { "io.modelcontextprotocol/serverInfo": { name: "preloop", title: "preloop", version } },
  };
}

function capabilitiesOf(states: readonly UpstreamState[], modern: boolean): JsonObject {
  const anyMay = (capability: string) =>
    states.some(
      (state) =>
        state.kind === "starting" || (state.kind === "ready" && capability in state.hello.capabilities),
    );
  return {
    tools: { listChanged: true },
    ...(anyMay("prompts") && { prompts: { listChanged: true } }),
    ...(anyMay("resources") && { resources: { subscribe: true, listChanged: true } }),
    ...(anyMay("completions") && { completions: {} }),
    ...(anyMay("logging") && (!modern || states.length > 0) && { logging: {} }),
  };
}

const OURS =
  "Some calls wait for a person's approval. A call that answers that it is still waiting was not executed: " +
  "call it again with the same arguments. A denied call must not be repeated unchanged.";

function instructionsOf(upstreams: readonly Upstream[], states: readonly UpstreamState[]): JsonObject {
  if (upstreams.length === 0) return {};
  const theirs = states.flatMap((state, at) => {
    const said = state.kind === "ready" ? state.hello.instructions : undefined;
    return said ? [`# ${upstreams[at]!.name}\n${said}`] : [];
  });
  return { instructions: [OURS, ...theirs].join("\n\n") };
}
