const MAX_ROWS = 1000;
const MAX_SIZE = 4 << 20;

/** Rows in groups that one statement can carry, by their number and the length of their texts. */
export function* batchesOf<Row>(rows: readonly Row[], sizeOf: (row: Row) => number): Generator<Row[]> {
  let batch: Row[] = [];
  let size = 0;
  for (const row of rows) {
    if (batch.length === MAX_ROWS || size > MAX_SIZE) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(row);
    size += sizeOf(row);
  }
  if (batch.length > 0) yield batch;
}
