import { createHash, timingSafeEqual } from "node:crypto";
import http from "node:http";
import { messageOf, PreloopError } from "#base";
import { openListener } from "#http";

/** Answer that the browser brings back from the authorization server (RFC 6749, 4.1.2). */
export interface Callback {
  readonly code: string;
  /** Who the answer says it is from (RFC 9207). */
  readonly iss: string | undefined;
}

/** A listener on this machine that waits for the browser. */
export interface CallbackListener {
  readonly redirectUrl: string;
  /** Resolves with the first answer that carries `state`. @throws login_failed when the answer is a refusal */
  wait(state: string, signal: AbortSignal): Promise<Callback>;
  close(): void;
}

/** Listens on the loopback interface alone; `port` 0 takes any. @throws login_failed when the port is taken */
export async function listenForCallback(port: number): Promise<CallbackListener> {
  let take: (params: URLSearchParams) => boolean = () => false;
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const isOurs = request.method === "GET" && url.pathname === "/callback" && take(url.searchParams);
    response.writeHead(isOurs ? 200 : 400, {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      connection: "close",
    });
    response.end(isOurs ? "preloop has its answer. You can close this window.\n" : "Not expected here.\n");
  });
  const listener = await openListener(server, "127.0.0.1", port).catch((cause: unknown) => {
    const message = `Cannot wait for the browser on port ${port}: ${messageOf(cause)}`;
    throw new PreloopError("login_failed", message, { cause });
  });
  return {
    redirectUrl: `${listener.url}/callback`,
    wait: (state, signal) =>
      new Promise((resolve, reject) => {
        const giveUp = () =>
          reject(new PreloopError("login_failed", "Nobody came back from the browser in time"));
        if (signal.aborted) return giveUp();
        signal.addEventListener("abort", giveUp, { once: true });
        take = (params) => {
          // Anybody on this machine, and any web page, can knock here; only the browser that we sent knows the state.
          if (!isEqual(params.get("state") ?? "", state)) return false;
          take = () => false;
          const [code, iss] = [params.get("code"), params.get("iss") ?? undefined];
          if (code !== null && !params.has("error")) resolve({ code, iss });
          else reject(refusal(params));
          return true;
        };
      }),
    close: listener.stop,
  };
}

function refusal(params: URLSearchParams): PreloopError {
  const said = [params.get("error") ?? "no code", params.get("error_description")].filter(Boolean);
  return new PreloopError("login_failed", `The login was refused: ${said.join(": ").slice(0, 500)}`);
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(a!, b!);
}
