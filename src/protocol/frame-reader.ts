import { isUtf8 } from "node:buffer";
import { createIdSniffer, type IdSniffer } from "./id-sniffer.ts";
import type { RpcId } from "./types.ts";

/** The longest frame preloop carries, when nobody says otherwise. */
export const MAX_FRAME_BYTES = 10 * 1024 * 1024;

/** Listeners of what a frame reader finds, in the order it came in. */
export interface FrameReaderOptions {
  readonly maxBytes?: number;
  readonly onFrame: (text: string) => void;
  /** A frame over the cap was skipped; `isCall` is false for an answer. The frames after it come as always. */
  readonly onOversize: (id: RpcId | null, bytes: number, isCall: boolean) => void;
  /** A line that is no UTF-8: to be answered like any other text that is no JSON. */
  readonly onInvalidUtf8: (id: RpcId | null, isCall: boolean) => void;
}

/** Splits a byte stream into lines. */
export interface FrameReader {
  push(chunk: Buffer): void;
  /** The stream is over: what stands there without a line end is a line too. */
  end(): void;
}

const NEWLINE = 10;
const RETURN = 13;
// A buffer that grew for one giant frame is not kept for the small ones after it.
const KEEP_BYTES = 1024 * 1024;

/** A reader for newline-delimited frames: `\n` or `\r\n`, blank lines skipped, each byte copied at most twice. */
export function createFrameReader(options: FrameReaderOptions): FrameReader {
  const maxBytes = options.maxBytes ?? MAX_FRAME_BYTES;
  let held = Buffer.alloc(0); // the beginning of a line whose end has not come yet
  let heldBytes = 0;
  let skipped: { readonly sniffer: IdSniffer; bytes: number } | undefined;

  const skip = (chunk: Buffer, from: number, to: number) => {
    skipped ??= { sniffer: createIdSniffer(), bytes: 0 };
    if (heldBytes > 0) skipped.sniffer.push(held.subarray(0, heldBytes));
    skipped.sniffer.push(chunk.subarray(from, to));
    skipped.bytes += heldBytes + to - from;
    release();
  };
  const hold = (chunk: Buffer, from: number) => {
    const needed = heldBytes + chunk.length - from;
    if (needed > held.length) {
      const grown = Buffer.allocUnsafe(Math.min(Math.max(needed * 2, 4096), Math.max(maxBytes, needed)));
      held.copy(grown, 0, 0, heldBytes);
      held = grown;
    }
    chunk.copy(held, heldBytes, from);
    heldBytes = needed;
  };
  const release = () => {
    heldBytes = 0;
    if (held.length > KEEP_BYTES) held = Buffer.alloc(0);
  };
  const endLine = (chunk: Buffer, from: number, to: number) => {
    if (skipped || heldBytes + to - from > maxBytes) {
      skip(chunk, from, to);
      const { sniffer, bytes } = skipped!;
      skipped = undefined;
      const { id, isCall } = sniffer.finish();
      options.onOversize(id, bytes, isCall);
    } else if (heldBytes === 0) deliver(chunk, from, to, options);
    else {
      hold(chunk.subarray(0, to), from);
      const [line, length] = [held, heldBytes];
      release();
      deliver(line, 0, length, options);
    }
  };
  return {
    push(chunk) {
      let from = 0;
      for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
        endLine(chunk, from, to);
        from = to + 1;
      }
      if (from === chunk.length) return;
      if (skipped || heldBytes + chunk.length - from > maxBytes) skip(chunk, from, chunk.length);
      else hold(chunk, from);
    },
    end() {
      if (skipped || heldBytes > 0) endLine(Buffer.alloc(0), 0, 0);
    },
  };
}

function deliver(bytes: Buffer, from: number, to: number, options: FrameReaderOptions): void {
  const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
  if (end === from) return;
  const text = bytes.toString("utf8", from, end);
  // The decoder puts U+FFFD where bytes make no sense; the bytes tell whether it was there before.
  if (text.includes("\ufffd") && !isUtf8(bytes.subarray(from, end))) {
    const { id, isCall } = sniff(bytes.subarray(from, end));
    options.onInvalidUtf8(id, isCall);
  } else if (text.charCodeAt(0) > 32 || text.trim() !== "") options.onFrame(text);
}

function sniff(bytes: Buffer) {
  const sniffer = createIdSniffer();
  sniffer.push(bytes);
  return sniffer.finish();
}
