import {
  isJsonObject,
  isPreloopError,
  type Json,
  type JsonObject,
  PreloopError,
  readJson,
  writeJson,
} from "#base";
import type { BuiltinCall, BuiltinResult, BuiltinTools, SessionRef } from "#model";
import { NEWEST_LEGACY, RPC_CODES } from "#protocol";
import type { Upstream, UpstreamHost, UpstreamReply, UpstreamRequest, UpstreamState } from "./types.ts";

/** The name, host and tools of an upstream in this process. */
export interface InProcessOptions {
  readonly name: string;
  readonly version: string;
  readonly host: UpstreamHost;
  /** Loads the tools; called with the first request that needs them. */
  readonly load: () => Promise<BuiltinTools>;
  readonly ref: () => SessionRef;
}

/** An upstream that lives in this process: always up, never restarted, in other respects like any other. */
export function createInProcessUpstream(options: InProcessOptions): Upstream {
  const { name, version } = options;
  const closing = new AbortController();
  const tools = loadOnce(options.load);
  let state: UpstreamState = {
    kind: "ready",
    profile: {
      era: "legacy",
      protocolVersion: NEWEST_LEGACY,
      capabilities: { tools: {} },
      serverInfo: { name, version },
    },
  };
  const during = <T>(request: OwnRequest, work: (call: BuiltinCall) => Promise<T>) =>
    withSignal(request, closing.signal, async (signal) =>
      work(await callOf(request, signal, upstream, options)),
    );

  const upstream: Upstream = {
    name,
    isInProcess: true,
    get state() {
      return state;
    },
    settled: async () => state,
    async request(asked) {
      switch (asked.method) {
        case "ping":
          return resultOf({});
        case "tools/list":
          return resultOf({ tools: [...(await tools.get()).definitions] });
        case "tools/call":
          return during(asked, async (call) => run(asked, call, await tools.get()));
        default:
          return errorOf(RPC_CODES.methodNotFound, `Method not found: ${asked.method}`);
      }
    },
    notify() {},
    async preflight(params, signal, mayRead) {
      return during({ signal }, async (call) => {
        const own = await tools.get();
        return answer(params, call, async (tool, args) => own.preflight?.(tool, args, { ...call, mayRead }));
      });
    },
    async close() {
      state = { kind: "closed" };
      closing.abort();
      await (await tools.loaded()?.catch(() => undefined))?.close();
    },
  };
  return upstream;
}

type OwnRequest = Pick<UpstreamRequest, "signal" | "onProgress">;

function loadOnce(load: () => Promise<BuiltinTools>) {
  let loading: Promise<BuiltinTools> | undefined;
  return {
    get() {
      loading ??= load();
      return loading;
    },
    /** What was loaded, if anything was. */
    loaded: () => loading,
  };
}

/** Does what one call asks for, with a signal that is let go of when it is done. */
async function withSignal<T>(
  { signal: caller }: OwnRequest,
  closing: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  const follow = () => abort.abort();
  if (caller?.aborted || closing.aborted) follow();
  caller?.addEventListener("abort", follow, { once: true });
  // AbortSignal.any would leave something of every call with a signal that lives as long as this one.
  closing.addEventListener("abort", follow, { once: true });
  try {
    return await work(abort.signal);
  } finally {
    caller?.removeEventListener("abort", follow);
    closing.removeEventListener("abort", follow);
  }
}

async function callOf(
  request: OwnRequest,
  signal: AbortSignal,
  upstream: Upstream,
  { host, ref }: InProcessOptions,
): Promise<BuiltinCall> {
  const client = await host.client;
  const sample = async (params: JsonObject): Promise<JsonObject> => {
    const reply = await host.onRequest(upstream, "sampling/createMessage", writeJson(params), signal);
    const value = JSON.parse(reply.text) as Json;
    if (reply.kind === "result" && isJsonObject(value)) return value;
    const why = isJsonObject(value) ? String(value.message) : "an answer of another shape";
    throw new PreloopError("model_failed", `The client's model did not answer: ${why}`);
  };
  return {
    session: ref(),
    signal,
    ...(client.capabilities.sampling !== undefined && { sample }),
    progress: (progress, total, message) =>
      request.onProgress?.(JSON.stringify({ progressToken: 0, progress, total, message })),
  };
}

async function run(asked: UpstreamRequest, call: BuiltinCall, own: BuiltinTools): Promise<UpstreamReply> {
  const reply = await answer(asked.params, call, async (tool, args) => {
    call.signal.throwIfAborted();
    // From here on the call may have its effect.
    if (!onlyReads(own, tool)) asked.onSent?.();
    return own.call(tool, args, call);
  });
  return reply!;
}

async function answer(
  params: string | undefined,
  { signal }: BuiltinCall,
  work: (tool: string, args: JsonObject) => Promise<BuiltinResult | undefined>,
): Promise<UpstreamReply | undefined> {
  const { name: tool, arguments: args } = readJson(params ?? "{}") as JsonObject;
  try {
    const result = await work(String(tool), isJsonObject(args) ? args : {});
    return result && resultOf({ ...result });
  } catch (error) {
    if (signal.aborted) throw new PreloopError("request_cancelled", `${String(tool)} was cancelled`);
    if (isPreloopError(error, "params_invalid")) return errorOf(RPC_CODES.invalidParams, error.message);
    if (!isPreloopError(error) || error.status.rpc !== "tool") throw error;
    // The tool's own word on how it went, not a refusal of preloop's: it is written down as the tool's error.
    return resultOf({ content: [{ type: "text", text: error.message }], isError: true });
  }
}

function onlyReads(own: BuiltinTools, tool: string): boolean {
  const { annotations } = own.definitions.find(({ name }) => name === tool) ?? {};
  return isJsonObject(annotations) && annotations.readOnlyHint === true;
}

function resultOf(value: JsonObject): UpstreamReply {
  return { kind: "result", text: writeJson(value), value };
}

function errorOf(code: number, message: string): UpstreamReply {
  const value = { code, message };
  return { kind: "error", text: JSON.stringify(value), value };
}
