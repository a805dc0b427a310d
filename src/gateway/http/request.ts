import type { IncomingMessage } from "node:http";
import { isPreloopError, PreloopError } from "#base";
import { collectBody } from "#http";
import { MAX_FRAME_BYTES } from "#protocol";
import type { Format } from "./answer.ts";

/** How many times the limit a client may send before it is cut off. */
const HEARD_OUT = 4;

/** The limits of reading a body. */
export interface BodyReading {
  readonly maxBytes?: number | undefined;
  /** Hears of each part before it is kept; may refuse it. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * The text of a POST's body.
 * @throws media_unsuitable, frame_too_large, parse_failed, request_cancelled when the client leaves meanwhile
 */
export async function readBody(request: IncomingMessage, reading: BodyReading = {}): Promise<string> {
  const { maxBytes = MAX_FRAME_BYTES, onBytes } = reading;
  const type = headerOf(request, "content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  // Also what keeps other sites' forms out: a form cannot send this type.
  if (type !== "application/json")
    throw new PreloopError("media_unsuitable", "Content-Type must be application/json");
  const parts = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const limits = { maxBytes, mostRead: maxBytes * HEARD_OUT, onBytes };
  const bytes = await collectBody(parts, limits).catch((cause: unknown) => {
    if (isPreloopError(cause)) throw cause;
    throw new PreloopError("request_cancelled", "the client left before it had said all", { cause });
  });
  if (bytes === undefined)
    throw new PreloopError("frame_too_large", `A message of more than ${maxBytes} bytes is over the limit`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new PreloopError("parse_failed", "Parse error: the message is not UTF-8");
  }
}

/** What the client accepts as an answer to a POST. @throws format_unsuitable when it is nothing we have */
export function formatOf(request: IncomingMessage): Format {
  const accepted = (headerOf(request, "accept") ?? "*/*")
    .split(",")
    .map((part) => part.split(";", 1)[0]!.trim().toLowerCase());
  const takes = (type: string) => accepted.includes(type);
  const json = takes("application/json") || takes("application/*") || takes("*/*");
  const events = takes("text/event-stream") || takes("text/*") || takes("*/*");
  if (json && events) return "either";
  if (json) return "json";
  if (events) return "events";
  throw new PreloopError("format_unsuitable", "Accept must name application/json and text/event-stream");
}

/** A header's value; of one that was sent more than once, all of them. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}
