import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type HttpDouble, type Recorded, sendJson, serveHttp } from "./http.ts";
import { vectorOf } from "./vectors.ts";

/** A model as the double has it. */
export interface DoubleModel {
  readonly capabilities: readonly string[];
  readonly dimensions?: number;
  /** Characters that an input may have; more is a 400, and fails the whole batch. */
  readonly maxChars?: number;
  readonly digest?: string;
}

/** What the double does besides keeping to Ollama's API; change it while it runs. */
export interface OllamaHabits {
  models: Record<string, DoubleModel>;
  /** Answers every request with this instead. */
  refuse?:
    | { readonly status: number; readonly type?: string; readonly body: string; times?: number }
    | undefined;
  /** How long a model takes to load before its first answer. */
  loadMs?: number;
  /** What a chat answers; the last one over and over. Without it, an example of the wanted schema. */
  answers?: string[];
  /** The chat's stream ends without `done`. */
  isCut?: boolean;
  /** Replaces the vectors of an embedding. */
  embeddings?: (texts: readonly string[]) => unknown;
}

export interface OllamaDouble extends HttpDouble {
  readonly habits: OllamaHabits;
}

const CHAT: DoubleModel = { capabilities: ["completion", "tools"] };
const EMBED: DoubleModel = { capabilities: ["embedding"], dimensions: 768, maxChars: 6_500 };

/** A server that keeps to Ollama's HTTP API: version, tags, show, embed, chat. */
export async function startOllama(habits: Partial<OllamaHabits> = {}): Promise<OllamaDouble> {
  const state: OllamaHabits = {
    models: { "qwen3:latest": CHAT, "nomic-embed-text:latest": EMBED },
    ...habits,
  };
  const loaded = new Set<string>();
  const double = await serveHttp(async (request, response) => {
    const { refuse } = state;
    if (refuse) {
      if (refuse.times !== undefined && --refuse.times <= 0) delete state.refuse;
      response
        .writeHead(refuse.status, { "content-type": refuse.type ?? "application/json" })
        .end(refuse.body);
      return;
    }
    const answer = routes[`${request.method} ${request.path}`];
    if (!answer) return void response.writeHead(404).end("404 page not found");
    await answer(state, request, response, loaded);
  });
  return { ...double, habits: state };
}

type Route = (
  habits: OllamaHabits,
  request: Recorded,
  response: ServerResponse,
  loaded: Set<string>,
) => void | Promise<void>;

const routes: Record<string, Route> = {
  "GET /": (_habits, _request, response) => void response.end("Ollama is running"),
  "GET /api/version": (_habits, _request, response) => sendJson(response, 200, { version: "0.13.5" }),
  "GET /api/tags": (habits, _request, response) =>
    sendJson(response, 200, {
      models: Object.entries(habits.models).map(([name, model]) => ({
        name,
        model: name,
        size: 1,
        digest: digestOf(name, model),
        details: { family: "bert" },
      })),
    }),
  "POST /api/show": (habits, { body }, response) => {
    const model = find(habits, body.model, response);
    if (!model) return;
    sendJson(response, 200, {
      capabilities: model.capabilities,
      details: { family: "bert" },
      model_info: {
        "general.architecture": "bert",
        "bert.context_length": 8_192,
        "bert.embedding_length": model.dimensions ?? 0,
      },
    });
  },
  "POST /api/embed": async (habits, { body }, response, loaded) => {
    const model = find(habits, body.model, response);
    if (!model) return;
    const texts: string[] = [body.input].flat();
    if (!model.capabilities.includes("embedding"))
      return sendJson(response, 400, { error: "this model does not support embeddings" });
    if (texts.some((text) => text.length > (model.maxChars ?? Number.POSITIVE_INFINITY)))
      return sendJson(response, 400, { error: "the input length exceeds the context length" });
    await load(habits, body.model, loaded);
    const dimensions = body.dimensions ?? model.dimensions ?? 8;
    const vectors =
      habits.embeddings?.(texts) ?? texts.map((text) => vectorOf(text, dimensions, model.digest));
    sendJson(response, 200, {
      model: body.model,
      embeddings: vectors,
      total_duration: 1,
      load_duration: 1,
      prompt_eval_count: 1,
    });
  },
  "POST /api/chat": async (habits, { body }, response, loaded) => {
    const model = find(habits, body.model, response);
    if (!model) return;
    await load(habits, body.model, loaded);
    const { answers } = habits;
    const text =
      (answers && answers.length > 1 ? answers.shift() : answers?.[0]) ??
      JSON.stringify(exampleOf(body.format));
    const line = (message: string, done: boolean) =>
      `${JSON.stringify({ model: body.model, message: { role: "assistant", content: message }, done })}\n`;
    if (!body.stream)
      return sendJson(response, 200, {
        model: body.model,
        message: { role: "assistant", content: text },
        done: true,
      });
    const middle = Math.ceil(text.length / 2);
    const stream =
      line(text.slice(0, middle), false) +
      line(text.slice(middle), false) +
      (habits.isCut ? "" : line("", true));
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    // In pieces that mind neither lines nor characters.
    const bytes = Buffer.from(stream);
    for (let at = 0; at < bytes.length; at += 7) {
      response.write(bytes.subarray(at, at + 7));
      if (at % 70 === 0) await new Promise(setImmediate);
    }
    response.end();
  },
};

function find(habits: OllamaHabits, name: string, response: ServerResponse): DoubleModel | undefined {
  const model = habits.models[name] ?? habits.models[`${name}:latest`];
  if (!model) sendJson(response, 404, { error: `model "${name}" not found, try pulling it first` });
  return model;
}

async function load({ loadMs }: OllamaHabits, name: string, loaded: Set<string>): Promise<void> {
  if (loadMs !== undefined && !loaded.has(name)) await sleep(loadMs);
  loaded.add(name);
}

function digestOf(name: string, { digest, dimensions }: DoubleModel): string {
  return digest ?? createHash("sha256").update(`${name}/${dimensions}`).digest("hex");
}

/** The smallest document of a schema: first of an enum, empty lists, zeros. */
export function exampleOf(schema: unknown): unknown {
  const {
    type,
    properties = {},
    enum: options,
    required = Object.keys(properties),
  } = schema as {
    readonly type?: string;
    readonly properties?: Record<string, unknown>;
    readonly enum?: readonly unknown[];
    readonly required?: readonly string[];
  };
  if (options) return options[0];
  if (type === "object") return Object.fromEntries(required.map((key) => [key, exampleOf(properties[key])]));
  if (type === "array") return [];
  if (type === "boolean") return false;
  return type === "string" ? "é🙂" : 0;
}
