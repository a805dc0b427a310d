import { makeVisible } from "#base";
import { createPins, type Pinnable, type Pins } from "#pins";
import { BUILTIN_SERVER } from "#policy";
import { keptPinsFile } from "./pin-cache-file.ts";
import { EMBEDDED, type Runtime } from "./runtime.ts";

export interface SessionPinsOptions {
  readonly onChange: (kind?: Pinnable["kind"]) => void;
  /** Hears what is held, once each, for the audit. */
  readonly onHeld: (facts: Readonly<Record<string, string>>) => void;
}

/** The pins of one session, of the servers that its config names. */
export function createSessionPins(runtime: Runtime, { onChange, onHeld }: SessionPinsOptions): Pins {
  const { loaded, log } = runtime;
  return createPins({
    db: runtime.store,
    servers: loaded.config.mcpServers,
    builtinServer: BUILTIN_SERVER,
    isShared: runtime.storeName !== EMBEDDED,
    keptIn: keptPinsFile(runtime),
    log,
    onChange,
    onHeld({ kind = "tool", server, original, name }, { why }) {
      log.warn(`${heldSentence(kind, name)}: ${why}; see preloop tools pins`);
      onHeld({ server, kind, tool: original.slice(0, 500), reason: why });
    },
  });
}

function heldSentence(kind: string, name: string): string {
  const shown = makeVisible(name.slice(0, 500)).text;
  if (kind === "instructions") return `the instructions of ${shown} are held`;
  return `${kind === "tool" ? shown : `${kind} ${shown}`} is held`;
}
