import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on a port of its own that remembers what it was asked. */
export interface HttpDouble {
  readonly url: string;
  readonly requests: Recorded[];
  close(): Promise<void>;
}

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  // biome-ignore lint/suspicious/noExplicitAny: whatever a test wants to look at
  readonly body: any;
}

type Handle = (request: Recorded, response: ServerResponse) => void | Promise<void>;

export async function serveHttp(handle: Handle): Promise<HttpDouble> {
  const requests: Recorded[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    request.setEncoding("utf8");
    for await (const piece of request) text += piece;
    const recorded: Recorded = {
      method: request.method!,
      path: request.url!,
      headers: request.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
    requests.push(recorded);
    await handle(recorded, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
