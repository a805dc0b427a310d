import { localUserOf, type ServerConfig } from "#config";
import type { Tokens } from "#logins";
import type { Credentials } from "#upstreams";
import type { Runtime } from "./runtime.ts";

/** A login belongs to one person at one address; whose config names the address does not matter. */
export function loginKey({ settings }: Runtime, url: string) {
  return { user: localUserOf(settings), url: new URL(url).href };
}

/** Tokens for a remote server, from the login this person made; the store is opened when the server asks for one. */
export function credentialsFor(runtime: Runtime, { url }: ServerConfig): Credentials | undefined {
  if (url === undefined) return undefined;
  // The room and the store are entered when a server asks for a login; most never do.
  let opened: Promise<Tokens> | undefined;
  let tokens: Tokens | undefined;
  const open = async () => {
    const { createTokens } = await import("#logins");
    const { store: db, key, log } = runtime;
    tokens = createTokens({ at: loginKey(runtime, url), db, key, log });
    return tokens;
  };
  return {
    current: () => tokens?.current(),
    async renew(refused) {
      opened ??= open();
      return (await opened).renew(refused);
    },
  };
}
