import { createServer, type IncomingMessage } from "node:http";
import { codeOf, messageOf, PreloopError } from "#base";
import { isLoopbackAddress, openListener, originsOf } from "#http";
import { createMcpEndpoint, type EndpointOptions } from "./endpoint.ts";
import { onlyOurs } from "./guard.ts";
import { refuse } from "./refuse.ts";

/** The place where the gateway listens, and its sessions. */
export interface HttpOptions extends EndpointOptions {
  /** A loopback address; anything else is refused. */
  readonly host?: string | undefined;
  /** 0 takes any free port. */
  readonly port?: number | undefined;
  /** Where people reach this process, when something in front of it forwards to it. */
  readonly publicUrl?: string | undefined;
}

/** The gateway over HTTP; `url` is the MCP endpoint. */
export interface HttpServer {
  readonly url: string;
  /** Closes all sessions, then the port. */
  close(): Promise<void>;
}

const PORT = 7717;
const PATH = "/mcp";

/** Serves MCP over StreamableHTTP on a loopback port until closed. @throws usage */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const { host = "127.0.0.1", port = PORT, publicUrl } = options;
  if (!isLoopbackAddress(host))
    throw new PreloopError(
      "usage",
      `${host} is not a loopback address: preloop knows no users yet, so it serves this machine only. Use --host 127.0.0.1`,
    );
  const endpoint = createMcpEndpoint(options);
  let origins: readonly string[] = [];
  // A request without Host gets our own answer.
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    try {
      onlyOurs(request, origins);
      checkPath(request);
    } catch (error) {
      return refuse(response, error);
    }
    void endpoint.handle(request, response);
  });
  const listener = await openListener(server, host, port).catch((cause: unknown) => {
    throw unable(host, port, cause);
  });
  origins = originsOf(listener.port, publicUrl);
  return { url: `${listener.url}${PATH}`, close: () => listener.close(endpoint.close) };
}

function checkPath(request: IncomingMessage): void {
  const path = (request.url ?? "/").split("?", 1)[0];
  if (path !== PATH) throw new PreloopError("not_found", `There is nothing here; MCP is at ${PATH}`);
}

function unable(host: string, port: number, cause: unknown): PreloopError {
  const why = codeOf(cause) === "EADDRINUSE" ? "is in use by another process" : messageOf(cause);
  return new PreloopError("usage", `Cannot listen on ${host}:${port}: it ${why}. Try --port`, { cause });
}
