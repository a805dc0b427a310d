/**
 * Makes a TypeScript file of `test` that may stand on `src` into one that Node runs as it is, and gives its path.
 * `file` is relative to `test` (`bench/search.ts`); `suffix` tells it from what is made of the same file meanwhile.
 */
export function buildSource(file: string, suffix?: string): Promise<string>;

/** Runs such a file in this process; its exports are what it says itself. */
export function importSource(file: string): Promise<Record<string, unknown>>;
