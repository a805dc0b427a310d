import { PreloopError } from "#base";
import { isLoopbackUrl } from "#http";

const TIMEOUT_MS = 30_000;

/** True for addresses that tokens and codes may travel to: TLS, or this machine. */
export function isSafeAddress(url: URL): boolean {
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && isLoopbackUrl(url);
}

/** @throws login_failed for an address that is neither https nor on this machine */
export function safeAddress(text: string | URL, what: string): URL {
  const url = URL.canParse(String(text)) ? new URL(text) : undefined;
  if (url && isSafeAddress(url)) return url;
  throw new PreloopError("login_failed", `${what} is no https address: ${String(text).slice(0, 200)}`);
}

/** `fetch` for what an authorization server names: safe addresses only, and not for ever. */
export async function safeFetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
  const url = safeAddress(input, "An address that the server names");
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return fetch(url, { ...init, signal: init.signal ? AbortSignal.any([init.signal, signal]) : signal });
}
