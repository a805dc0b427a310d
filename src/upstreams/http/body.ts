import type { IncomingMessage } from "node:http";
import { createParser } from "eventsource-parser";
import { messageOf } from "#base";

/** A body that cannot be used: too long, no UTF-8, cut off. */
export class BodyError extends Error {
  override readonly name = "BodyError";
}

/** The whole body as text, up to a limit. */
export async function readBodyText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  await reading(async () => {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) throw new BodyError(`answered with more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  });
  return decode(new TextDecoder("utf-8", { fatal: true }), Buffer.concat(chunks), false);
}

/** Listeners of an event stream, and its limit. */
export interface EventHandlers {
  readonly maxBytes: number;
  readonly onMessage: (data: string, event: string | undefined) => void;
  readonly onId: (id: string) => void;
  readonly onRetry: (ms: number) => void;
}

/** Reads an event stream to its end, telling of each message as it comes. */
export async function readEvents(response: IncomingMessage, handlers: EventHandlers): Promise<void> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let tooLong = false;
  const parser = createParser({
    maxBufferSize: handlers.maxBytes,
    onEvent({ id, event, data }) {
      if (id !== undefined) handlers.onId(id);
      // An event without data is there for its id: it primes the client to come back.
      tooLong ||= data.length > handlers.maxBytes;
      if (data !== "" && !tooLong) handlers.onMessage(data, event);
    },
    onRetry: handlers.onRetry,
    onError(error) {
      tooLong ||= error.type === "max-buffer-size-exceeded";
    },
  });
  await reading(async () => {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      parser.feed(decode(decoder, chunk, true));
      if (tooLong) throw new BodyError(`answered with more than ${handlers.maxBytes} bytes`);
    }
  });
}

async function reading(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof BodyError) throw error;
    throw new BodyError(`broke off its answer (${messageOf(error)})`);
  }
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    throw new BodyError("answered with bytes that are no UTF-8");
  }
}
