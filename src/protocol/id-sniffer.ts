import { isRpcId } from "./read-frame.ts";
import type { RpcId } from "./types.ts";

/** Everything that could be learned of a message that was never kept. */
export interface Sniffed {
  readonly id: RpcId | null;
  /** True for a request or a notification, false for an answer. */
  readonly isCall: boolean;
}

/** Reads along a message of any size in a few hundred bytes of memory, looking only for its top-level id. */
export interface IdSniffer {
  push(bytes: Uint8Array): void;
  finish(): Sniffed;
}

const LONGEST = 512;

/** A sniffer for one message; it trusts nothing: on text that is no JSON the id is null or wrong, never a crash. */
export function createIdSniffer(): IdSniffer {
  let depth = 0;
  let inString = false;
  let escaped = false;
  let inKey = false;
  let isObject = false;
  let key = "";
  let captured: number[] = [];
  let id: RpcId | null = null;
  let isCall = false;

  const capture = (byte: number) => {
    if (captured.length <= LONGEST) captured.push(byte);
  };
  const take = (): unknown => {
    const bytes = captured;
    captured = [];
    return valueIn(bytes);
  };
  const wanted = () => depth === 1 && isObject && (inKey || key === "id");
  const endOfMember = () => {
    if (key === "id") {
      const value = take();
      id = isRpcId(value) ? value : null;
    }
    isCall ||= key === "method";
    key = "";
    captured = [];
  };
  const inside = (byte: number) => {
    if (wanted()) capture(byte);
    if (escaped) escaped = false;
    else if (byte === 92 /* \ */) escaped = true;
    else if (byte === 34 /* " */) inString = false;
  };
  const outside = (byte: number) => {
    if (byte === 34 /* " */) inString = true;
    else if (byte === 123 /* { */ || byte === 91 /* [ */) {
      if (depth++ === 0) [isObject, inKey] = [byte === 123, byte === 123];
      else if (depth === 2) captured = [91]; // an id that is a list or an object parses as nothing
    } else if (byte === 125 /* } */ || byte === 93 /* ] */) {
      if (depth-- === 1) endOfMember();
    } else if (byte === 44 /* , */ && depth === 1) {
      endOfMember();
      inKey = true;
      return;
    } else if (byte === 58 /* : */ && depth === 1) {
      key = String(take());
      inKey = false;
      return;
    }
    if (wanted() && byte > 32 && byte !== 123) capture(byte);
  };
  return {
    push(bytes) {
      for (const byte of bytes) inString ? inside(byte) : outside(byte);
    },
    finish: () => ({ id, isCall }),
  };
}

function valueIn(bytes: readonly number[]): unknown {
  try {
    return bytes.length > LONGEST ? undefined : JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
}
