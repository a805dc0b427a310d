import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Listener on a port of this machine. */
export interface HttpListener {
  readonly port: number;
  /** Like `http://127.0.0.1:7717`. */
  readonly url: string;
  /** Takes no more connections; one that is answering ends by itself. */
  stop(): void;
  /** Takes no more connections, and cuts those that are left when `finish` is done. */
  close(finish?: () => Promise<void>): Promise<void>;
}

/** Listens on `host`; port 0 takes any. Rejects with the system's error. */
export async function openListener(server: Server, host: string, port: number): Promise<HttpListener> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://${address.family === "IPv6" ? "[::1]" : "127.0.0.1"}:${address.port}`,
    stop() {
      server.close();
      server.closeIdleConnections();
    },
    async close(finish) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await finish?.();
      server.closeAllConnections();
      await closed;
    },
  };
}
