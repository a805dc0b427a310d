import type { Pinnable } from "#pins";
import { hideTools, type Policy } from "#policy";

/** Policy that a session serves by: that of its config, less the tools that are switched off. */
export interface ServedPolicy {
  policy(): Policy;
  /** Makes it anew: the config's policy, or what is switched off, is another. */
  refresh(): void;
  /** Calls back when the tools that a client may see have changed, of which kind where only one has. */
  onToolsChanged(listener: (kind?: Pinnable["kind"]) => void): void;
  /** Tells of tools that changed without the policy. */
  toolsChanged(kind: Pinnable["kind"]): void;
}

/** Asks `configured` when it is made and at each refresh. */
export function createServedPolicy(
  configured: () => Policy,
  isOff: (server: string, tool?: string) => boolean,
): ServedPolicy {
  let listen: (kind?: Pinnable["kind"]) => void = () => {};
  let policy = hideTools(configured(), isOff);
  return {
    policy: () => policy,
    refresh() {
      policy = hideTools(configured(), isOff);
      listen();
    },
    onToolsChanged(listener) {
      listen = listener;
    },
    toolsChanged: (kind) => listen(kind),
  };
}
