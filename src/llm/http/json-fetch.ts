import { REDACTED } from "#base";
import { cutText } from "../cut.ts";
import { BadAnswer, HttpRefusal } from "../failure.ts";
import { createIdleTimer, type IdleTimer } from "./idle-timer.ts";

/** The platform's `fetch`, or what a test gives for it. */
export type Fetch = typeof globalThis.fetch;

interface JsonFetchOptions {
  readonly fetch: Fetch;
  /** How long the server may be silent: before the headers, and between two pieces of the body. */
  readonly idleMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What must not appear in an error although the server may quote it: the token. */
  readonly secrets?: readonly string[];
}

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_REFUSAL_BYTES = 8_192;

/**
 * A `fetch` that can be given to a library: it ends with the signal and with a server's silence, throws for every
 * status but success, follows no redirect, and hands on nothing but JSON, of one document or one a line.
 * @throws HttpRefusal, BadAnswer
 */
export function createJsonFetch({ fetch, idleMs, signal, secrets = [] }: JsonFetchOptions): Fetch {
  return async (input, init = {}) => {
    const idle = createIdleTimer(idleMs);
    const signals = [idle.signal, signal, init.signal].filter((one) => one != null);
    try {
      const response = await fetch(input, { ...init, redirect: "error", signal: AbortSignal.any(signals) });
      idle.reset();
      if (!response.ok) throw await refusalOf(response, secrets);
      if (isLines(response)) return copyOf(response, jsonLines(response.body, idle));
      return copyOf(response, jsonText(await readBody(response.body, idle, MAX_BYTES)));
    } catch (error) {
      idle.stop();
      throw idle.signal.aborted && !signal?.aborted ? idle.signal.reason : error;
    }
  };
}

function isLines(response: Response): boolean {
  return /ndjson/i.test(response.headers.get("content-type") ?? "");
}

function copyOf(response: Response, body: string | ReadableStream<Uint8Array>): Response {
  const type = response.headers.get("content-type");
  return new Response(body, {
    status: response.status,
    headers: type === null ? {} : { "content-type": type },
  });
}

async function readBody(body: Response["body"], idle: IdleTimer, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  if (body)
    for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
      idle.reset();
      bytes += piece.byteLength;
      if (bytes > limit) throw new BadAnswer(`answered with more than ${limit} bytes`);
      text += decoder.decode(piece, { stream: true });
    }
  idle.stop();
  return text + decoder.decode();
}

function jsonText(text: string): string {
  parseOr(text, "answered with what is no JSON");
  return text;
}

// A library that reads lines prints the ones it cannot read; so none reach it.
function jsonLines(body: Response["body"], idle: IdleTimer): ReadableStream<Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = "";
  const emit = (lines: readonly string[], out: TransformStreamDefaultController<Uint8Array>) => {
    for (const line of lines) {
      if (line.trim() === "") continue;
      parseOr(line, "answered with a line that is no JSON");
      out.enqueue(encoder.encode(`${line}\n`));
    }
  };
  const gate = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, out) {
      idle.reset();
      const lines = (rest + decoder.decode(piece, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > MAX_BYTES) throw new BadAnswer("answered with a line without end");
      emit(lines, out);
    },
    flush(out) {
      idle.stop();
      emit([rest + decoder.decode()], out);
    },
  });
  return (body ?? new Response("").body!).pipeThrough(gate);
}

function parseOr(text: string, message: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadAnswer(message, { cause: error });
  }
}

async function refusalOf(response: Response, secrets: readonly string[]): Promise<HttpRefusal> {
  const idle = createIdleTimer(5_000);
  const text = await readBody(response.body, idle, MAX_REFUSAL_BYTES).catch(() => "");
  idle.stop();
  const said = secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), messageIn(text));
  const seconds = Number(response.headers.get("retry-after"));
  const wait = seconds > 0 ? seconds * 1_000 : undefined;
  return new HttpRefusal(response.status, cutText(said || response.statusText, 500), wait);
}

// Ollama: {"error": "…"}; OpenAI: {"error": {"message": "…"}}; proxies: text.
function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { readonly error?: unknown };
    const { message } = (error ?? {}) as { readonly message?: unknown };
    return typeof error === "string" ? error : typeof message === "string" ? message : text;
  } catch {
    return text;
  }
}
