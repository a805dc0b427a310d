import { canonicalJson, type JsonObject } from "#base";
import type { ServerProfile, UpstreamState } from "../types.ts";
import type { ListingCache } from "./listing-cache.ts";

/** The state of a server that counts as ready while it is stopped, by what it said of itself when it last ran. */
export interface RememberedState {
  readonly state: UpstreamState;
  /** Takes the next state; `onState` hears of it where it is another. */
  become(next: UpstreamState): void;
  /** Keeps what a server says of itself, where that is new. */
  keep(profile: ServerProfile): void;
}

/** The state from the last time. */
export function createRememberedState(
  cache: ListingCache,
  onState: (state: UpstreamState) => void,
): RememberedState {
  const profile = cache.profile();
  let state: UpstreamState = profile ? { kind: "ready", profile } : { kind: "starting" };
  return {
    get state() {
      return state;
    },
    become(next) {
      if (state.kind === "closed") return;
      const isSame = next.kind === "ready" && state.kind === "ready" && areSame(state.profile, next.profile);
      state = next;
      if (!isSame) onState(next);
    },
    keep(next) {
      const known = cache.profile();
      if (!known || !areSame(known, next)) cache.keepProfile(next);
    },
  };
}

function areSame(one: ServerProfile, other: ServerProfile): boolean {
  return canonicalJson(one as unknown as JsonObject) === canonicalJson(other as unknown as JsonObject);
}
