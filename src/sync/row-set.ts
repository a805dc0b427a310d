/** A set of row ids at one bit each, so that a sweep of a million issues costs no memory to speak of. */
export interface RowSet {
  /** Ids above the last one are left out. */
  add(rowId: number): void;
  has(rowId: number): boolean;
}

export function createRowSet(lastRowId: number): RowSet {
  const bits = new Uint8Array(Math.floor(lastRowId / 8) + 1);
  return {
    add(rowId) {
      if (rowId <= lastRowId) bits[rowId >> 3]! |= 1 << (rowId & 7);
    },
    has: (rowId) => rowId <= lastRowId && (bits[rowId >> 3]! & (1 << (rowId & 7))) !== 0,
  };
}
