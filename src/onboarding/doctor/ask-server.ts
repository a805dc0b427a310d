import {
  isDeeperThan,
  isJsonObject,
  type JsonObject,
  MAX_LEVELS,
  messageOf,
  silentLog,
  systemClock,
} from "#base";
import type { ServerConfig } from "#config";
import { type Credentials, createUpstream, type UpstreamHost } from "#upstreams";

/** A tool as its server lists it. */
export interface ListedTool {
  readonly name: string;
  readonly readOnly: boolean | undefined;
  readonly destructive: boolean | undefined;
}

/** Answer of a server that was asked for its tools; `ms` is how long that took. */
export type ServerAnswer =
  | {
      readonly kind: "up";
      readonly tools: readonly ListedTool[];
      /** Tools that are not served, since they are nested too deep. */
      readonly leftOut: readonly string[];
      readonly ms: number;
      /** With a token that `preloop login` got. */
      readonly isLoggedIn: boolean;
    }
  | { readonly kind: "down"; readonly reason: string };

/** Options of asking servers for their tools. */
export interface AskOptions {
  /** The environment of which servers get the harmless part. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** Tokens for a remote server that asks for a login. */
  credentials(server: ServerConfig): Credentials | undefined;
  readonly version: string;
  readonly timeoutMs: number;
}

const MAX_PAGES = 100;
/** How many servers are started at once. */
const AT_ONCE = 4;

/** Starts each server, asks for its tools and closes it again; a server that cannot be asked says why. */
export async function askServers(
  servers: Readonly<Record<string, ServerConfig>>,
  options: AskOptions,
): Promise<ReadonlyMap<string, ServerAnswer>> {
  const waiting = Object.entries(servers).filter(([, server]) => server.disabled !== true);
  const answers = new Map<string, ServerAnswer>();
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      answers.set(next[0], await ask(...next, options));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers;
}

async function ask(name: string, server: ServerConfig, options: AskOptions): Promise<ServerAnswer> {
  const { baseEnv, timeoutMs } = options;
  const host = hostWithoutClient(options.version);
  const started = performance.now();
  const credentials = options.credentials(server);
  const means = { host, credentials, log: silentLog, clock: systemClock, baseEnv };
  const upstream = createUpstream({ name, server, ...means });
  try {
    const state = await upstream.settled(timeoutMs);
    if (state.kind === "down") return { kind: "down", reason: state.reason };
    if (state.kind !== "ready")
      return { kind: "down", reason: `it did not answer within ${Math.round(timeoutMs / 1_000)} s` };
    const left = Math.max(1_000, Math.floor(timeoutMs - (performance.now() - started)));
    const definitions =
      "tools" in state.profile.capabilities ? await listTools(upstream, AbortSignal.timeout(left)) : [];
    const isDeep = (definition: JsonObject) => isDeeperThan(definition, MAX_LEVELS);
    const tools = definitions.filter((one) => !isDeep(one)).flatMap(readTool);
    const leftOut = definitions.filter(isDeep).map(({ name }) => (typeof name === "string" ? name : ""));
    const isLoggedIn = credentials?.current() !== undefined;
    return { kind: "up", tools, leftOut, ms: Math.round(performance.now() - started), isLoggedIn };
  } catch (error) {
    return { kind: "down", reason: messageOf(error) };
  } finally {
    await upstream.close();
  }
}

type Upstream = ReturnType<typeof createUpstream>;

async function listTools(upstream: Upstream, signal: AbortSignal): Promise<JsonObject[]> {
  const tools: JsonObject[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const params = cursor === undefined ? "{}" : JSON.stringify({ cursor });
    const reply = await upstream.request({ method: "tools/list", params, signal });
    if (reply.kind === "error") throw new Error(`it could not list its tools: ${reply.text}`);
    const result = isJsonObject(reply.value) ? reply.value : {};
    const found = Array.isArray(result.tools) ? result.tools : [];
    for (const tool of found) if (isJsonObject(tool)) tools.push(tool);
    if (typeof result.nextCursor !== "string" || result.nextCursor === cursor) return tools;
    cursor = result.nextCursor;
  }
  throw new Error(`its list of tools did not end after ${MAX_PAGES} pages`);
}

function readTool({ name, annotations }: JsonObject): ListedTool[] {
  if (typeof name !== "string") return [];
  const hints = isJsonObject(annotations) ? annotations : {};
  const flag = (value: unknown) => (typeof value === "boolean" ? value : undefined);
  return [{ name, readOnly: flag(hints.readOnlyHint), destructive: flag(hints.destructiveHint) }];
}

function hostWithoutClient(version: string): UpstreamHost {
  const clientInfo = { name: "preloop", version };
  return {
    client: Promise.resolve({ era: "legacy", protocolVersion: "2025-11-25", capabilities: {}, clientInfo }),
    onRequest: async () => ({ kind: "error", text: '{"code":-32601,"message":"There is no client to ask"}' }),
    onNotification() {},
    onState() {},
  };
}
