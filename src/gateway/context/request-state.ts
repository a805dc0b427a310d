import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { type Clock, PreloopError } from "#base";

/** The `requestState` that we hand out: signed, bound to one request, and good for one retry. */
export interface RequestStates<Value> {
  /** The state under which `value` is picked up again; `onExpiry` is called when nobody comes in time. */
  issue(value: Value, binding: string, onExpiry: () => void): string;
  /** What the state stands for, once. @throws params_invalid for a state that is forged, used, expired or another's */
  take(state: string, binding: string): Value;
  /** Everything that still waits for its client. */
  close(): readonly Value[];
}

interface Entry<Value> {
  readonly value: Value;
  readonly timer: NodeJS.Timeout;
}

/** The key that signs states, and how long each is good for, in milliseconds. */
export interface RequestStateOptions {
  readonly key: Uint8Array;
  readonly clock: Clock;
  readonly ttlMs: number;
}

const PURPOSE = "preloop request state 1";
const NONCE_BYTES = 16;

/**
 * A state is `<nonce>.<expiry>.<signature>`; the signature covers the binding too. What it stands for never leaves the
 * process, so a client learns nothing from it and can change nothing in it.
 */
export function createRequestStates<Value>({ key, clock, ttlMs }: RequestStateOptions): RequestStates<Value> {
  const purposeKey = createHmac("sha256", key).update(PURPOSE).digest();
  const entries = new Map<string, Entry<Value>>();

  const sign = (nonce: string, expiry: string, binding: string) =>
    createHmac("sha256", purposeKey).update(`${nonce}\n${expiry}\n${binding}`).digest();

  return {
    issue(value, binding, onExpiry) {
      const nonce = randomBytes(NONCE_BYTES).toString("base64url");
      const expiry = String(clock.now().getTime() + ttlMs);
      const timer = setTimeout(() => {
        entries.delete(nonce);
        onExpiry();
      }, ttlMs);
      entries.set(nonce, { value, timer });
      return `${nonce}.${expiry}.${sign(nonce, expiry, binding).toString("base64url")}`;
    },
    take(state, binding) {
      const [nonce = "", expiry = "", signature = "", ...rest] = state.split(".");
      const given = Buffer.from(signature, "base64url");
      const right = sign(nonce, expiry, binding);
      if (rest.length > 0 || given.length !== right.length || !timingSafeEqual(given, right))
        throw refused("is not one that was given for this request");
      const entry = entries.get(nonce);
      if (!entry || Number(expiry) <= clock.now().getTime()) throw refused("was used or has expired");
      entries.delete(nonce);
      clearTimeout(entry.timer);
      return entry.value;
    },
    close() {
      const left = [...entries.values()];
      entries.clear();
      for (const { timer } of left) clearTimeout(timer);
      return left.map(({ value }) => value);
    },
  };
}

function refused(why: string): PreloopError {
  return new PreloopError(
    "params_invalid",
    `Invalid params: the requestState ${why}. Make the request anew, without it`,
  );
}
