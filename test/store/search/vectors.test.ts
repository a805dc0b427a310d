import { fromSql, SparseVector } from "pgvector";
import { expect, test } from "vitest";
import {
  readVectorTypes,
  sparseList,
  sparseText,
  vectorList,
  vectorText,
} from "../../../src/store/search/vectors.ts";
import { describeStores } from "../../support/stores.ts";

const DENSE = [Float32Array.of(0, -0.5, 1 / 3, 1e-30, 16_777_216), Float32Array.of(1, 2)];
// Out of order, and with weights that a float of four bytes cannot tell from zero.
const SPARSE = [
  new Map([
    [1_000_000_000, 0.25],
    [7, 1 / 3],
    [1, 12_345.678],
    [9, 0],
    [8, 1e-60],
  ]),
  new Map(),
];

describeStores("vectors", (open) => {
  test("are what pgvector reads, sent in binary form and as text", async () => {
    const db = await open();
    const types = await readVectorTypes(db);
    const read = async (list: string, param: unknown) =>
      (await db.rows<{ text: string }>(`SELECT v::text AS text FROM unnest(${list}) AS v`, [param])).map(
        ({ text }) => fromSql(text) as number[],
      );
    const binary = await read("$1::vector[]", vectorList(types, DENSE));
    expect(binary.map((vector) => Float32Array.from(vector))).toEqual(DENSE);
    for (const vector of DENSE) {
      const [text] = await read("ARRAY[$1::vector]", vectorText(vector));
      for (const [at, value] of text!.entries())
        expect(Math.abs(value - vector[at]!)).toBeLessThanOrEqual(Math.abs(vector[at]!) * 1e-5);
    }
  });

  test("that are sparse are in order, and have no zeros", async () => {
    const db = await open();
    const types = await readVectorTypes(db);
    const [binary, empty] = await db.rows<{ text: string }>(
      "SELECT v::text AS text FROM unnest($1::sparsevec[]) AS v",
      [sparseList(types, SPARSE)],
    );
    const [text] = await db.rows<{ text: string }>("SELECT $1::sparsevec::text AS text", [
      sparseText(SPARSE[0]!),
    ]);
    for (const row of [binary, text]) {
      const { dimensions, indices, values } = fromSql(row!.text) as SparseVector;
      expect([dimensions, indices]).toEqual([1_000_000_000, [0, 6, 999_999_999]]);
      for (const [at, value] of [12_345.678, 1 / 3, 0.25].entries()) expect(values[at]).toBeCloseTo(value, 1);
    }
    expect(empty!.text).toBe("{}/1000000000");
  });
});

test("a vector's text has the six digits of a float, not all that a double shows of it", () => {
  expect(vectorText(Float32Array.of(0, -0, 1 / 3, -1e-9, 0.1))).toBe("[0,0,0.333333,-1e-9,0.1]");
  expect(
    sparseText(
      new Map([
        [3, 1 / 3],
        [1, 2],
      ]),
    ),
  ).toBe(
    new SparseVector(
      new Map([
        [0, 2],
        [2, 0.333333],
      ]),
      1_000_000_000,
    ).toPostgres(),
  );
});
