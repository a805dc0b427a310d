import type { ChatRequest, ShowResponse } from "ollama";
import { isJsonObject } from "#base";
import { BadAnswer } from "../failure.ts";
import { type Address, readAddress } from "../http/address.ts";
import { createJsonFetch, type Fetch } from "../http/json-fetch.ts";

/** A model that the server has. */
export interface InstalledModel {
  readonly name: string;
  readonly digest: string;
}

/** Facts about what a model can do. */
export interface ModelFacts {
  readonly capabilities: readonly string[];
  readonly contextTokens?: number;
}

/** An Ollama server, asked through its own library. Every method rejects with HttpRefusal, BadAnswer or fetch's errors. */
export interface OllamaServer {
  /** `Ollama at http://127.0.0.1:11434`. */
  readonly who: string;
  /** Resolves when something answers like Ollama. */
  probe(signal?: AbortSignal): Promise<void>;
  models(signal?: AbortSignal): Promise<readonly InstalledModel[]>;
  facts(model: string, signal?: AbortSignal): Promise<ModelFacts>;
  embed(model: string, texts: readonly string[], signal?: AbortSignal): Promise<readonly unknown[]>;
  /** The whole answer, read as it comes. */
  chat(request: ChatRequest, signal?: AbortSignal): Promise<string>;
}

interface ServerOptions {
  readonly url: string;
  readonly token?: string;
  readonly fetch: Fetch;
}

const PROBE_MS = 1_000;
const LIST_MS = 5_000;
const WORK_MS = 240_000;

/** Connects to nothing yet. */
export function createOllamaServer({ url, token, fetch }: ServerOptions): OllamaServer {
  const address: Address = readAddress(url, token);

  // One client per call: the library has no signal of its own, and its fetch is where one can be had.
  async function client(idleMs: number, signal: AbortSignal | undefined) {
    const { Ollama } = await import("ollama");
    const jsonFetch = createJsonFetch({ fetch, idleMs, signal, secrets: address.secrets });
    return new Ollama({ host: address.url, headers: { ...address.headers }, fetch: jsonFetch });
  }

  return {
    who: `Ollama at ${address.shown}`,
    async probe(signal) {
      const { version } = await (await client(PROBE_MS, signal)).version();
      if (typeof version !== "string") throw new BadAnswer("answered with no version; it is no Ollama");
    },
    async models(signal) {
      const { models } = await (await client(LIST_MS, signal)).list();
      if (!Array.isArray(models)) throw new BadAnswer("answered with no list of models");
      return models
        .filter(({ name, digest }) => typeof name === "string" && typeof digest === "string")
        .map(({ name, digest }) => ({ name, digest: digest.replace(/^sha256:/, "") }));
    },
    async facts(model, signal) {
      return factsOf(await (await client(LIST_MS, signal)).show({ model }));
    },
    async embed(model, texts, signal) {
      const answer = await (await client(WORK_MS, signal)).embed({ model, input: [...texts] });
      if (!Array.isArray(answer.embeddings)) throw new BadAnswer("answered with no vectors");
      return answer.embeddings;
    },
    async chat(request, signal) {
      const pieces = await (await client(WORK_MS, signal)).chat({ ...request, stream: true });
      let text = "";
      for await (const { message } of pieces) text += message?.content ?? "";
      return text;
    },
  };
}

// `model_info` is a Map in the library's types and an object on the wire.
function factsOf({ capabilities, model_info }: ShowResponse): ModelFacts {
  const info: unknown = model_info;
  const entries = isJsonObject(info) ? Object.entries(info) : [];
  const context = entries.find(([key]) => key.endsWith(".context_length"))?.[1];
  return {
    capabilities: Array.isArray(capabilities) ? capabilities : [],
    ...(typeof context === "number" && { contextTokens: context }),
  };
}
