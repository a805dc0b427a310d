import type { OAuthClientInformationMixed } from "@modelcontextprotocol/client";
import { messageOf, PreloopError, secretToken } from "#base";
import type { LoginKey } from "#store";
import { type CallbackListener, listenForCallback } from "./callback.ts";
import { type Discovery, discover } from "./discover.ts";
import { keepLogin, type LoginStore, withTokens } from "./login.ts";
import { safeAddress, safeFetch } from "./safe-fetch.ts";

/** preloop as the authorization server knows it, where it does not register itself. */
export interface ClientSettings {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly scope?: string | undefined;
  /** The port that a registered redirect address names; any port without it. */
  readonly callbackPort?: number | undefined;
}

/** One login by a person with a browser. */
export interface LoginOptions extends LoginStore {
  readonly at: LoginKey;
  readonly client: ClientSettings;
  /** Brings the address before the person's eyes; it is https or on this machine. */
  readonly show: (authorizationUrl: URL) => Promise<void>;
  /** Aborted when the person takes too long. */
  readonly signal: AbortSignal;
}

/**
 * Logs in at a remote server: finds its authorization server, registers preloop there if need be, sends the person's
 * browser, and keeps the tokens.
 * @throws login_failed
 */
export async function logIn(options: LoginOptions): Promise<void> {
  const url = safeAddress(options.at.url, "The server's url");
  const listener = await listenForCallback(options.client.callbackPort ?? 0);
  try {
    const discovery = await discover(url);
    const login = await authorize(options, discovery, listener);
    await keepLogin(options, options.at, login);
  } catch (error) {
    if (error instanceof PreloopError) throw error;
    throw new PreloopError("login_failed", `The login failed: ${reasonOf(error)}`, { cause: error });
  } finally {
    listener.close();
  }
}

// What a server says that has not the shape it should have comes as a list.
function reasonOf(error: unknown): string {
  const { issues } = error as { issues?: unknown };
  if (!Array.isArray(issues)) return messageOf(error);
  const said = (issues as { path?: unknown[]; message?: string }[]).map(
    ({ path = [], message }) => `${path.join(".")}: ${message}`,
  );
  return `the server describes itself wrongly (${said.join("; ").slice(0, 300)})`;
}

async function authorize(options: LoginOptions, discovery: Discovery, listener: CallbackListener) {
  const sdk = await import("@modelcontextprotocol/client");
  const { authorizationServer, resource } = discovery;
  const metadata = discovery.metadata && { metadata: discovery.metadata };
  const scope = options.client.scope ?? discovery.scope;
  const client = await clientAt(discovery, options.client, scope, listener.redirectUrl);
  const state = secretToken();
  const { authorizationUrl, codeVerifier } = await sdk.startAuthorization(authorizationServer, {
    ...{ ...metadata, clientInformation: client, redirectUrl: listener.redirectUrl, state, resource },
    ...(scope !== undefined && { scope }),
  });
  const answer = listener.wait(state, options.signal);
  answer.catch(() => {});
  await options.show(safeAddress(authorizationUrl, "The address to log in at"));
  const { code, iss } = await answer;
  const tokens = await sdk.exchangeAuthorization(authorizationServer, {
    ...{ ...metadata, clientInformation: client, authorizationCode: code, codeVerifier, resource },
    ...(iss !== undefined && { iss }),
    redirectUri: listener.redirectUrl,
    fetchFn: safeFetch,
  });
  return withTokens({ authorizationServer, ...metadata, client, resource, scope }, tokens);
}

async function clientAt(
  { authorizationServer, metadata }: Discovery,
  { clientId, clientSecret }: ClientSettings,
  scope: string | undefined,
  redirectUrl: string,
): Promise<OAuthClientInformationMixed> {
  if (clientId !== undefined)
    return { client_id: clientId, ...(clientSecret !== undefined && { client_secret: clientSecret }) };
  if (metadata && !metadata.registration_endpoint)
    throw new PreloopError(
      "login_failed",
      `${metadata.issuer} registers no clients; register preloop there and put the client's id into oauth.clientId of the server's config`,
    );
  const { registerClient } = await import("@modelcontextprotocol/client");
  return registerClient(authorizationServer, {
    ...(metadata && { metadata }),
    ...(scope !== undefined && { scope }),
    clientMetadata: {
      client_name: "preloop",
      redirect_uris: [redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
      application_type: "native",
    },
    fetchFn: safeFetch,
  });
}
