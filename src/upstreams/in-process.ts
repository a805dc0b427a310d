import {
  isJsonObject,
  isPreloopError,
  type Json,
  type JsonObject,
  PreloopError,
  readJson,
  writeJson,
} from "#base";
import type { OwnCall, OwnResult, OwnTools, SessionRef } from "#model";
import { NEWEST_LEGACY, RPC_CODES } from "#protocol";
import type { Upstream, UpstreamHost, UpstreamReply, UpstreamRequest, UpstreamState } from "./types.ts";

export interface InProcessOptions {
  readonly name: string;
  readonly version: string;
  readonly host: UpstreamHost;
  /** Loads the tools; called with the first request that needs them. */
  readonly load: () => Promise<OwnTools>;
  readonly ref: () => SessionRef;
}

/** An upstream that lives in this process: always up, never restarted, in other respects like any other. */
export function createInProcessUpstream({ name, version, host, load, ref }: InProcessOptions): Upstream {
  const closing = new AbortController();
  let loading: Promise<OwnTools> | undefined;
  const tools = () => {
    loading ??= load();
    return loading;
  };
  let state: UpstreamState = {
    kind: "ready",
    profile: {
      era: "legacy",
      protocolVersion: NEWEST_LEGACY,
      capabilities: { tools: {} },
      serverInfo: { name, version },
    },
  };

  /** Does what one call asks for, with a signal that is let go of when it is done. */
  async function during<T>(
    request: Pick<UpstreamRequest, "signal" | "onProgress">,
    work: (call: OwnCall) => Promise<T>,
  ): Promise<T> {
    const abort = new AbortController();
    const follow = () => abort.abort();
    const caller = request.signal;
    if (caller?.aborted || closing.signal.aborted) follow();
    caller?.addEventListener("abort", follow, { once: true });
    // AbortSignal.any would leave something of every call with a signal that lives as long as this one.
    closing.signal.addEventListener("abort", follow, { once: true });
    try {
      return await work(await callOf(request, abort.signal));
    } finally {
      caller?.removeEventListener("abort", follow);
      closing.signal.removeEventListener("abort", follow);
    }
  }

  async function callOf(request: Pick<UpstreamRequest, "onProgress">, signal: AbortSignal): Promise<OwnCall> {
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

  async function request(asked: UpstreamRequest): Promise<UpstreamReply> {
    switch (asked.method) {
      case "ping":
        return resultOf({});
      case "tools/list":
        return resultOf({ tools: [...(await tools()).definitions] });
      case "tools/call":
        return during(asked, async (call) => {
          const own = await tools();
          return (await answer(asked.params, call, async (tool, args) => {
            call.signal.throwIfAborted();
            // From here on the call may have its effect.
            if (!onlyReads(own, tool)) asked.onSent?.();
            return own.call(tool, args, call);
          }))!;
        });
      default:
        return errorOf(RPC_CODES.methodNotFound, `Method not found: ${asked.method}`);
    }
  }

  async function answer(
    params: string | undefined,
    { signal }: OwnCall,
    work: (tool: string, args: JsonObject) => Promise<OwnResult | undefined>,
  ): Promise<UpstreamReply | undefined> {
    const { name: tool, arguments: args } = readJson(params ?? "{}") as JsonObject;
    try {
      const result = await work(String(tool), isJsonObject(args) ? args : {});
      return result && resultOf({ ...result });
    } catch (error) {
      if (signal.aborted) throw new PreloopError("request_cancelled", `${String(tool)} was cancelled`);
      if (isPreloopError(error, "params_invalid")) return errorOf(RPC_CODES.invalidParams, error.message);
      if (!isPreloopError(error) || error.face.rpc !== "tool") throw error;
      // The tool's own word on how it went, not a refusal of preloop's: it is written down as the tool's error.
      return resultOf({ content: [{ type: "text", text: error.message }], isError: true });
    }
  }

  const upstream: Upstream = {
    name,
    isInProcess: true,
    get state() {
      return state;
    },
    settled: async () => state,
    request,
    notify() {},
    async preflight(params, signal, mayRead) {
      return during({ signal }, async (call) => {
        const own = await tools();
        return answer(params, call, async (tool, args) => own.preflight?.(tool, args, { ...call, mayRead }));
      });
    },
    async close() {
      state = { kind: "closed" };
      closing.abort();
      await (await loading?.catch(() => undefined))?.close();
    },
  };
  return upstream;
}

function onlyReads(own: OwnTools, tool: string): boolean {
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
