import { readCstring } from "./wire.ts";

/** Handler of a client's messages, one by one. */
export interface MessageHandler {
  /** The untyped packets before the session: an encryption request, a cancel request, the startup. */
  onGreeting(code: number, parameters: Readonly<Record<string, string>>): "more" | "started" | "refused";
  onMessage(type: string, bytes: Buffer): void;
}

// Postgres itself stops at 1 GiB, which the engine's 2 GiB of memory could not hold twice.
const MAX_MESSAGE = 256 << 20;
const MAX_GREETING = 10_000;

/** Cuts a socket's bytes into protocol messages. The returned function throws when they cannot be any. */
export function createMessageReader(handler: MessageHandler): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let have = 0;
  let need = 4;
  let isStarted = false;

  function next(bytes: Buffer): number {
    return isStarted ? nextMessage(bytes) : nextGreeting(bytes);
  }

  /** The bytes used up; 0 when more must come. */
  function nextGreeting(bytes: Buffer): number {
    if (bytes.length < 8) return wait(8);
    const length = bytes.readInt32BE(0);
    if (length < 8 || length > MAX_GREETING) throw new Error("not the Postgres protocol");
    if (bytes.length < length) return wait(length);
    const answer = handler.onGreeting(bytes.readInt32BE(4), readPairs(bytes.subarray(8, length)));
    if (answer === "refused") throw new Error("greeting refused");
    isStarted = answer === "started";
    return length;
  }

  function nextMessage(bytes: Buffer): number {
    if (bytes.length < 5) return wait(5);
    const length = 1 + bytes.readInt32BE(1);
    if (length < 5 || length > MAX_MESSAGE) throw new Error("a message of impossible length");
    if (bytes.length < length) return wait(length);
    const one = bytes.subarray(0, length);
    handler.onMessage(String.fromCharCode(one[0]!), one);
    return length;
  }

  function wait(bytes: number): 0 {
    need = bytes;
    return 0;
  }

  return (chunk) => {
    parts.push(chunk);
    have += chunk.length;
    if (have < need) return; // the rest of a large message: joined once, when it is all there
    let bytes = parts.length === 1 ? chunk : Buffer.concat(parts);
    for (let used = next(bytes); used > 0; used = next(bytes)) bytes = bytes.subarray(used);
    parts = bytes.length > 0 ? [bytes] : [];
    have = bytes.length;
  };
}

function readPairs(bytes: Buffer): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    const [key, afterKey] = readCstring(bytes, at);
    const [value, next] = readCstring(bytes, afterKey);
    pairs[key] = value;
    at = next;
  }
  return pairs;
}
