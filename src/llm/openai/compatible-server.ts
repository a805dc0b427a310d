import { isJsonObject, type Json, type JsonObject } from "#base";
import { BadAnswer } from "../failure.ts";
import { readAddress } from "../http/address.ts";
import { createJsonFetch, type Fetch } from "../http/json-fetch.ts";

/** Server that speaks OpenAI's HTTP API. Every method rejects with HttpRefusal, BadAnswer or fetch's errors. */
export interface CompatibleServer {
  readonly who: string;
  /** Host and port, for ids: the same model name may mean another model elsewhere. */
  readonly host: string;
  models(signal?: AbortSignal): Promise<readonly string[]>;
  embed(model: string, texts: readonly string[], signal?: AbortSignal): Promise<readonly unknown[]>;
  /** The text of the first choice. */
  chat(request: JsonObject, signal?: AbortSignal): Promise<string>;
}

const OPENAI = "https://api.openai.com/v1";
const LIST_MS = 5_000;
const WORK_MS = 240_000;

interface ServerOptions {
  readonly url?: string;
  readonly token?: string;
  readonly fetch: Fetch;
}

/** Connects to nothing yet. An address without a path gets `/v1`. */
export function createCompatibleServer({ url = OPENAI, token, fetch }: ServerOptions): CompatibleServer {
  const address = readAddress(url, token);
  const base = new URL(address.url).pathname === "/" ? `${address.url}/v1` : address.url;

  async function ask(
    path: string,
    idleMs: number,
    body?: JsonObject,
    signal?: AbortSignal,
  ): Promise<JsonObject> {
    const jsonFetch = createJsonFetch({ fetch, idleMs, signal, secrets: address.secrets });
    const response = await jsonFetch(`${base}/${path}`, {
      method: body ? "POST" : "GET",
      headers: { Accept: "application/json", "Content-Type": "application/json", ...address.headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!isJsonObject(answer)) throw new BadAnswer("answered with no JSON object");
    return answer;
  }

  return {
    who: `The model server at ${address.shown}`,
    host: new URL(base).host,
    async models(signal) {
      const { data } = await ask("models", LIST_MS, undefined, signal);
      return listOf(data).flatMap((model) =>
        isJsonObject(model) && typeof model.id === "string" ? [model.id] : [],
      );
    },
    async embed(model, texts, signal) {
      const body = { model, input: [...texts], encoding_format: "float" };
      const { data } = await ask("embeddings", WORK_MS, body, signal);
      return inTheirOrder(listOf(data), texts.length);
    },
    async chat(request, signal) {
      const { choices } = await ask("chat/completions", WORK_MS, request, signal);
      const [choice] = listOf(choices);
      const message = isJsonObject(choice) ? choice.message : undefined;
      const content = isJsonObject(message) ? message.content : undefined;
      if (typeof content !== "string") throw new BadAnswer("answered with no text");
      return content;
    },
  };
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

// The order of `data` is not promised; `index` is.
function inTheirOrder(data: readonly Json[], count: number): readonly unknown[] {
  const vectors = new Array<unknown>(data.length);
  data.forEach((item, at) => {
    const { index = at, embedding } = isJsonObject(item) ? item : {};
    if (typeof index !== "number" || index < 0 || index >= count)
      throw new BadAnswer("answered out of order");
    vectors[index] = embedding;
  });
  return vectors;
}
