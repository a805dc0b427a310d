const MINUTE = 60_000;
const DEFAULT_MS = 45_000;

/** How long each client waits for a tool, with a margin; measured on the clients themselves. By the start of its name. */
const CLIENT_TIMEOUTS: readonly (readonly [client: string, ms: number])[] = [
  ["claude-code", 25 * MINUTE],
  ["codex", 4 * MINUTE],
  ["gemini-cli", 8 * MINUTE],
];

/**
 * How long a client can be kept waiting before it must hear something. By what it calls itself, which is good enough
 * for waiting and for nothing else.
 */
export function clientTimeoutFor(client: string, hasProgressToken = false): number {
  // opencode starts its clock anew with each progress notification, so only a call with a token can wait.
  if (client.startsWith("opencode") && hasProgressToken) return 25 * MINUTE;
  return CLIENT_TIMEOUTS.find(([name]) => client.startsWith(name))?.[1] ?? DEFAULT_MS;
}
