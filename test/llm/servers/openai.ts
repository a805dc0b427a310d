import { type HttpDouble, type Recorded, sendJson, serveHttp } from "./http.ts";
import { exampleOf } from "./ollama.ts";
import { vectorOf } from "./vectors.ts";

/** What the double does besides keeping to OpenAI's API; change it while it runs. */
export interface CompatibleHabits {
  models: string[];
  token?: string;
  dimensions: number;
  maxChars?: number;
  /** Fields that it refuses with a 400, as servers do that do not know them. */
  unknown?: readonly string[];
  refuse?:
    | { readonly status: number; readonly type?: string; readonly body: string; times?: number }
    | undefined;
  answers?: string[];
}

export interface CompatibleDouble extends HttpDouble {
  readonly habits: CompatibleHabits;
}

/** A server that keeps to OpenAI's HTTP API: models, embeddings (not in order), chat completions. */
export async function startCompatible(habits: Partial<CompatibleHabits> = {}): Promise<CompatibleDouble> {
  const state: CompatibleHabits = { models: ["only-one"], dimensions: 32, ...habits };
  const double = await serveHttp((request, response) => {
    const { refuse } = state;
    if (refuse) {
      if (refuse.times !== undefined && --refuse.times <= 0) delete state.refuse;
      response
        .writeHead(refuse.status, { "content-type": refuse.type ?? "application/json" })
        .end(refuse.body);
      return;
    }
    const [status, body] = answer(state, request);
    sendJson(response, status, body);
  });
  return { ...double, habits: state };
}

const error = (message: string) => ({ error: { message, type: "invalid_request_error" } });

function answer(habits: CompatibleHabits, { path, headers, body }: Recorded): readonly [number, unknown] {
  if (habits.token !== undefined && headers.authorization !== `Bearer ${habits.token}`)
    return [401, error(`Incorrect API key provided: ${headers.authorization}`)];
  if (path === "/v1/models") return [200, { object: "list", data: habits.models.map((id) => ({ id })) }];
  if (!habits.models.includes(body.model)) return [404, error(`The model ${body.model} does not exist`)];
  const unknown = habits.unknown?.find((field) => readPath(body, field) !== undefined);
  if (unknown !== undefined) return [400, error(`Unsupported parameter: ${unknown}`)];
  if (path === "/v1/embeddings") return embeddings(habits, body);
  if (path === "/v1/chat/completions") return [200, completion(habits, body)];
  return [404, error("Not found")];
}

function readPath(value: unknown, path: string): unknown {
  const [key, ...rest] = path.split(".");
  const [name, wanted] = key!.split("=");
  const inner = (value as Record<string, unknown> | undefined)?.[name!];
  if (wanted !== undefined) return inner === wanted ? inner : undefined;
  return rest.length === 0 ? inner : readPath(inner, rest.join("."));
}

function embeddings(
  habits: CompatibleHabits,
  body: { readonly input: readonly string[] },
): readonly [number, unknown] {
  if (body.input.some((text) => text.length > (habits.maxChars ?? Number.POSITIVE_INFINITY)))
    return [500, error("input is too large to process. increase the physical batch size")];
  const data = body.input.map((text, index) => ({
    object: "embedding",
    index,
    // Not of unit length: not every server normalises.
    embedding: vectorOf(text, habits.dimensions).map((value) => value * 3),
  }));
  return [200, { object: "list", data: data.toReversed() }];
}

function completion(habits: CompatibleHabits, body: Record<string, never>) {
  const { answers } = habits;
  const schema = readPath(body, "response_format.json_schema.schema") ?? { type: "object" };
  const content =
    (answers && answers.length > 1 ? answers.shift() : answers?.[0]) ?? JSON.stringify(exampleOf(schema));
  return { choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }] };
}
