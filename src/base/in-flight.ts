/** Things under way, by their keys: entered and taken out by the thousand. */
export interface InFlight<Key, Value> {
  readonly size: number;
  has(key: Key): boolean;
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  take(key: Key): Value | undefined;
  /** In the order they were entered, like the values. */
  keys(): Key[];
  values(): Value[];
}

/**
 * A Map for what does not stay. A Map that grows or shrinks leaves its old table behind, and the collector of young
 * objects takes all that this table names for alive: whatever is in flight at that moment would stay until a full
 * collection. So the table names shells, and those are emptied.
 */
export function createInFlight<Key, Value>(): InFlight<Key, Value> {
  const shells = new Map<Key, { value: Value | undefined }>();
  return {
    get size() {
      return shells.size;
    },
    has: (key) => shells.has(key),
    get: (key) => shells.get(key)?.value,
    set(key, value) {
      shells.set(key, { value });
    },
    take(key) {
      const shell = shells.get(key);
      if (!shell) return undefined;
      const { value } = shell;
      shells.delete(key);
      shell.value = undefined;
      return value;
    },
    keys: () => [...shells.keys()],
    values: () => [...shells.values()].map(({ value }) => value!),
  };
}
