import type { AuthorizationServerMetadata } from "@modelcontextprotocol/client";
import { PreloopError } from "#base";
import { safeAddress, safeFetch } from "./safe-fetch.ts";

/** Metadata of an authorization server: https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization#authorization-server-discovery */
export interface Discovery {
  readonly authorizationServer: string;
  readonly metadata: AuthorizationServerMetadata | undefined;
  readonly resource: string;
  readonly scope: string | undefined;
}

/** Asks a server where one logs in to it. */
export async function discover(url: URL): Promise<Discovery> {
  const sdk = await import("@modelcontextprotocol/client");
  const challenge = await challengeOf(url);
  const { resourceMetadataUrl, scope } = sdk.extractWWWAuthenticateParams(challenge);
  const info = await sdk.discoverOAuthServerInfo(url, {
    ...(resourceMetadataUrl && { resourceMetadataUrl }),
    fetchFn: safeFetch,
  });
  const { authorizationServerUrl, authorizationServerMetadata: metadata, resourceMetadata } = info;
  if (!resourceMetadata && !metadata && challenge.status !== 401)
    throw new PreloopError("login_failed", `${url.href} does not ask for a login`);
  safeAddress(authorizationServerUrl, "The authorization server");
  const own = sdk.resourceUrlFromServerUrl(url);
  const named = resourceMetadata?.resource;
  // A token for another resource would be that resource's to misuse.
  if (named !== undefined && !sdk.checkResourceAllowed({ requestedResource: own, configuredResource: named }))
    throw new PreloopError("login_failed", `${url.href} says that it is another resource: ${named}`);
  // Without this word a server may ignore the challenge, and a stolen code would be good (MCP authorization, PKCE).
  if (metadata && !metadata.code_challenge_methods_supported?.includes("S256"))
    throw new PreloopError("login_failed", `${metadata.issuer} does not say that it supports PKCE`);
  return {
    authorizationServer: authorizationServerUrl,
    metadata,
    resource: named ?? own.href,
    scope: withOfflineAccess(scope ?? resourceMetadata?.scopes_supported?.join(" "), metadata),
  };
}

// Where this scope exists, there is no refresh token without it.
function withOfflineAccess(
  scope: string | undefined,
  metadata: AuthorizationServerMetadata | undefined,
): string | undefined {
  const offered = metadata?.scopes_supported?.includes("offline_access");
  if (!offered || scope === undefined || scope.split(" ").includes("offline_access")) return scope;
  return `${scope} offline_access`;
}

// Any request will do: the answer to one without a token tells where tokens come from.
function challengeOf(url: URL): Promise<Response> {
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
  return safeFetch(url, { method: "POST", headers, body, redirect: "manual" }).then(async (response) => {
    await response.body?.cancel();
    return response;
  });
}
