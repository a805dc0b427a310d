import type { Chain } from "./chain.ts";
import type { Anchor } from "./types.ts";

/**
 * One sealed row over all writers' anchors: how many there are, and the sum (XOR) of a keyed share of each. Whoever
 * takes a writer away, cuts a chain and sets its anchor back, or adds a writer, cannot make the sum and the seal fit.
 */
export interface Ledger {
  /** Tells stores apart: a journal that began in one does not go on in another. */
  readonly store: string;
  readonly writers: number;
  /** Hex of the summed shares. */
  readonly sum: string;
  readonly seal: string;
}

const NOTHING = "0".repeat(64);

export function newLedger(chain: Chain, store: string): Ledger {
  return sealed(chain, { store, writers: 0, sum: NOTHING });
}

/** The ledger after one writer went from one anchor to the next. A broken seal stays broken: a later batch must not heal it. */
export function moveLedger(
  chain: Chain,
  ledger: Ledger,
  move: { readonly writer: string; readonly from: Anchor | undefined; readonly to: Anchor },
): Ledger {
  const { writer, from, to } = move;
  const next = {
    store: ledger.store,
    writers: ledger.writers + (from ? 0 : 1),
    sum: xor(xor(ledger.sum, from && chain.share(writer, from)), chain.share(writer, to)),
  };
  return isSealed(chain, ledger) ? sealed(chain, next) : { ...next, seal: "broken" };
}

export function isSealed(chain: Chain, ledger: Ledger): boolean {
  return sealed(chain, ledger).seal === ledger.seal;
}

/** What the ledger would say of these anchors. */
export function sumOf(chain: Chain, anchors: readonly (Anchor & { readonly writer: string })[]): string {
  return anchors.reduce((sum, anchor) => xor(sum, chain.share(anchor.writer, anchor)), NOTHING);
}

export function ledgerText({ store, writers, sum, seal }: Ledger): string {
  return `${store} ${writers} ${sum} ${seal}`;
}

/** Anything that is no ledger reads as one whose seal is broken. */
export function readLedger(text: string): Ledger {
  const [store = "", writers = "", sum = "", seal = ""] = text.split(" ");
  const isWhole = /^\d{1,15}$/.test(writers) && /^[0-9a-f]{64}$/.test(sum);
  return isWhole
    ? { store, writers: Number(writers), sum, seal }
    : { store, writers: 0, sum: NOTHING, seal: "broken" };
}

function sealed(chain: Chain, { store, writers, sum }: Omit<Ledger, "seal">): Ledger {
  return { store, writers, sum, seal: chain.seal(`${store} ${writers} ${sum}`) };
}

function xor(sum: string, share: Buffer | undefined): string {
  if (!share) return sum;
  const bytes = Buffer.from(sum, "hex");
  for (let index = 0; index < bytes.length; index++) bytes[index]! ^= share[index]!;
  return bytes.toString("hex");
}
