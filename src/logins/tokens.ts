import { setTimeout as sleep } from "node:timers/promises";
import { type Log, messageOf, PreloopError, shortId, withRetry } from "#base";
import { type LoginKey, leaseRenewal, releaseRenewal } from "#store";
import { keepLogin, type Login, type LoginStore, openLogin, withTokens } from "./login.ts";
import { safeFetch } from "./safe-fetch.ts";

/** The access token of one user at one server. */
export interface Tokens {
  /** The token as this process last knew it. */
  current(): string | undefined;
  /**
   * Another token than the refused one: the one that somebody put into the store meanwhile, or a new one. Undefined
   * when only a person can get one, by logging in.
   * @throws login_failed when the authorization server could not be asked, store_…
   */
  renew(refused: string | undefined): Promise<string | undefined>;
}

/** Login whose tokens are used, and the store that keeps them. */
export interface TokensOptions extends LoginStore {
  readonly at: LoginKey;
  readonly log: Log;
  readonly times?: Partial<RenewalTimes>;
}

interface RenewalTimes {
  /** How long a renewal may take before others take it for dead. */
  readonly leaseMs: number;
  readonly pollMs: number;
}

const TIMES: RenewalTimes = { leaseMs: 45_000, pollMs: 100 };
const SAVES = 5;
const FOR_GOOD: ReadonlySet<string> = new Set(["invalid_grant", "invalid_client", "unauthorized_client"]);

/** Tokens that are looked for in the store when a server first refuses a request without one. */
export function createTokens(options: TokensOptions): Tokens {
  const { at, log } = options;
  const times = { ...TIMES, ...options.times };
  let known: string | undefined;
  let renewing: Promise<string | undefined> | undefined;

  // One process renews for all: the server of a login may end it when a refresh token comes twice.
  const find = async (refused: string | undefined): Promise<string | undefined> => {
    for (const until = Date.now() + 2 * times.leaseMs; Date.now() < until; await sleep(times.pollMs)) {
      const kept = await openLogin(options, at);
      if (!kept) return undefined;
      const { login, version } = kept;
      const isOver = login.expiresAt !== undefined && login.expiresAt <= Date.now();
      if (login.accessToken !== refused && !isOver) return login.accessToken;
      if (login.refreshToken === undefined) return undefined;
      const renewer = shortId(12);
      const lease = { ...at, version, renewer, forMs: times.leaseMs };
      if (!(await leaseRenewal(await options.db(), lease))) continue;
      return (await renewAs(renewer, login)).accessToken;
    }
    throw new PreloopError("login_failed", "another process has been renewing the login for too long");
  };
  const renewAs = async (renewer: string, login: Login): Promise<Login> => {
    try {
      const renewed = await refresh(login);
      await save(renewed);
      return renewed;
    } catch (error) {
      await releaseRenewal(await options.db(), at, renewer).catch(() => {});
      throw error;
    }
  };
  // The old refresh token may be used up: what could not be kept would be lost to everybody.
  const save = async (login: Login): Promise<void> => {
    const delayMs = (_: unknown, attempt: number) => attempt * 200;
    await withRetry(() => keepLogin(options, at, login), { attempts: SAVES, delayMs }).catch((error) =>
      log.warn("a renewed login could not be kept", { url: at.url, reason: messageOf(error) }),
    );
  };

  return {
    current: () => known,
    async renew(refused) {
      renewing ??= find(refused).finally(() => {
        renewing = undefined;
      });
      known = await renewing;
      return known === refused ? undefined : known;
    },
  };
}

async function refresh(login: Login): Promise<Login> {
  const { refreshAuthorization, OAuthError } = await import("@modelcontextprotocol/client");
  const { authorizationServer, metadata, client, resource } = login;
  try {
    const tokens = await refreshAuthorization(authorizationServer, {
      ...(metadata && { metadata }),
      clientInformation: client,
      refreshToken: login.refreshToken!,
      resource,
      fetchFn: safeFetch,
    });
    return withTokens(login, tokens);
  } catch (error) {
    // What cannot be renewed is kept without its refresh token, so that nobody tries again before the next login.
    if (error instanceof OAuthError && FOR_GOOD.has(error.code)) return { ...login, refreshToken: undefined };
    throw new PreloopError("login_failed", `the login could not be renewed: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
