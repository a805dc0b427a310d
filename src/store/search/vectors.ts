import { SparseVector, toSql } from "pgvector";
import type { Query } from "../db.ts";

/** One number of a sparse vector: which, and how much. */
export type Weights = ReadonlyMap<number, number>;

// pgvector's own bound on dimensions; the numbers of terms are spread over it.
const SPARSE_DIMENSIONS = 1_000_000_000;

/** A parameter of type vector, as text. */
export function vectorText(vector: Float32Array): string {
  return toSql(Array.from(vector, rounded));
}

/** A parameter of type sparsevec, as text; the numbers are as in {@link sparseVector}. */
export function sparseText(weights: Weights): string {
  return toSql(sparseVector(new Map([...weights].map(([number, weight]) => [number, rounded(weight)]))));
}

/** pgvector's sparse vector; the numbers must be in 1..1,000,000,000 and at most 16,000, and it counts them from zero. */
function sparseVector(weights: Weights): SparseVector {
  const parts = [...weights].filter(([, weight]) => Math.fround(weight) !== 0).sort(([a], [b]) => a - b);
  return new SparseVector(new Map(parts.map(([number, weight]) => [number - 1, weight])), SPARSE_DIMENSIONS);
}

/** The numbers by which this database knows pgvector's types. */
export interface VectorTypes {
  readonly vector: number;
  readonly sparsevec: number;
}

/** Asked of each database: an extension's types are numbered as it is installed. */
export async function readVectorTypes(db: Query): Promise<VectorTypes> {
  const [types] = await db.rows<VectorTypes>(
    "SELECT 'vector'::regtype::oid::int AS vector, 'sparsevec'::regtype::oid::int AS sparsevec",
  );
  return types!;
}

/** A parameter of type vector[], in PostgreSQL's binary form: of text the server spends ten times as long reading. */
export function vectorList({ vector }: VectorTypes, vectors: readonly Float32Array[]): Buffer {
  return binaryList(
    vector,
    vectors.map((values) => {
      // vector_recv: dimensions, nothing, the values.
      const bytes = Buffer.alloc(4 + 4 * values.length);
      bytes.writeInt16BE(values.length, 0);
      for (let at = 0; at < values.length; at++) bytes.writeFloatBE(values[at]!, 4 + 4 * at);
      return bytes;
    }),
  );
}

/** A parameter of type sparsevec[], likewise; the numbers are as in {@link sparseVector}. */
export function sparseList({ sparsevec }: VectorTypes, list: readonly Weights[]): Buffer {
  return binaryList(
    sparsevec,
    list.map((weights) => {
      const { dimensions, indices, values } = sparseVector(weights);
      // sparsevec_recv: dimensions, how many values, nothing, which they are, in order, and the values.
      const bytes = Buffer.alloc(12 + 8 * values.length);
      bytes.writeInt32BE(dimensions, 0);
      bytes.writeInt32BE(values.length, 4);
      for (let at = 0; at < values.length; at++) {
        bytes.writeInt32BE(indices[at], 12 + 4 * at);
        bytes.writeFloatBE(values[at], 12 + 4 * (values.length + at));
      }
      return bytes;
    }),
  );
}

// array_recv: one dimension, no nulls, the elements' type, how many they are, counted from one, and each with its length.
function binaryList(type: number, elements: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(20);
  for (const [at, word] of [1, 0, type, elements.length, 1].entries()) head.writeInt32BE(word, 4 * at);
  const parts = elements.flatMap((element) => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(element.length);
    return [length, element];
  });
  return Buffer.concat([head, ...parts]);
}

// Six digits are what a float of four bytes has; all that a double shows of it would double what is sent.
function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
