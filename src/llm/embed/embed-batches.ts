import { cutText } from "../cut.ts";
import { BadAnswer, HttpRefusal } from "../failure.ts";

/** Function that asks a server for the vectors of some texts, in their order. */
export type AskVectors = (texts: readonly string[], signal?: AbortSignal) => Promise<readonly unknown[]>;

// Node gives up on an answer whose headers take five minutes; a slow machine does not get through more in that time.
const BATCH = 16;
const SHORTEST = 64;

/**
 * Unit vectors of any number of texts. One text that is too long for the model fails its whole batch, so a refused
 * batch is asked text by text, and a refused text is halved until it fits.
 */
export async function embedAll(
  ask: AskVectors,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let at = 0; at < texts.length; at += BATCH)
    vectors.push(...(await embedBatch(ask, texts.slice(at, at + BATCH), signal)));
  return vectors;
}

async function embedBatch(
  ask: AskVectors,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  try {
    const rows = await ask(texts, signal);
    if (rows.length !== texts.length)
      throw new BadAnswer(`answered ${rows.length} vectors for ${texts.length} texts`);
    return rows.map(unitVector);
  } catch (error) {
    if (!isTooLong(error)) throw error;
    if (texts.length === 1) return embedBatch(ask, [shorter(texts[0]!, error)], signal);
    const vectors: Float32Array[] = [];
    for (const text of texts) vectors.push(...(await embedBatch(ask, [text], signal)));
    return vectors;
  }
}

// Servers differ: Ollama says 400, llama.cpp 500 "input is too large to process", others 413 or 422.
function isTooLong(error: unknown): boolean {
  if (!(error instanceof HttpRefusal)) return false;
  if (error.status === 400 || error.status === 413 || error.status === 422) return true;
  return error.status === 500 && /too (?:large|long)|context|exceed/i.test(error.message);
}

function shorter(text: string, error: unknown): string {
  if (text.length <= SHORTEST) throw error;
  return cutText(text, Math.ceil(text.length / 2));
}

function unitVector(row: unknown): Float32Array {
  if (!Array.isArray(row) || row.length === 0) throw new BadAnswer("answered with no vector");
  const numbers = row as readonly unknown[];
  let sum = 0;
  for (const value of numbers) {
    if (typeof value !== "number" || !Number.isFinite(value))
      throw new BadAnswer("answered a vector that holds what is no number");
    sum += value * value;
  }
  const norm = Math.sqrt(sum);
  if (!(norm > 0) || !Number.isFinite(norm)) throw new BadAnswer("answered a vector without direction");
  return Float32Array.from(numbers as readonly number[], (value) => value / norm);
}
