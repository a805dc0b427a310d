export interface Random {
  next(): number;
  below(count: number): number;
  pick<T>(items: readonly T[]): T;
}
export function createRandom(seed: number): Random;
export function variants(message: unknown): Iterable<Uint8Array>;
export function mutate(random: Random, message: unknown): Uint8Array;
