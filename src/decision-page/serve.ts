import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { PreloopError } from "#base";
import { createDecisionApp, type DecisionAppOptions } from "./decision-app.ts";

export interface ServeOptions extends Omit<DecisionAppOptions, "origins"> {
  /** A loopback address; anything else is refused. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  /** Where people reach these pages, when something in front of this process forwards to it. */
  readonly publicUrl?: string;
}

/** The running pages; `url` is the base for links. */
export interface DecisionPages {
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = ["127.0.0.1", "::1", "localhost"];

/** Serves decision pages on a loopback port until closed; it keeps the process alive as long. */
export async function serveDecisionPages(options: ServeOptions): Promise<DecisionPages> {
  const { host = "127.0.0.1", port = 0, publicUrl } = options;
  if (!LOOPBACK.includes(host))
    throw new PreloopError(
      "usage",
      `Decision pages are served on loopback only, and ${host} is not; set http.publicUrl and forward to them`,
    );
  let origins: readonly string[] = [];
  const app = createDecisionApp({ ...options, origins: () => origins });
  const server = createAdaptorServer({
    fetch: app.fetch,
    // The rest of the process keeps the Request and Response it came with.
    overrideGlobalObjects: false,
    // A request without Host comes through to our own refusal; the name only completes its URL.
    hostname: "localhost",
    serverOptions: { requireHostHeader: false },
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const names = ["127.0.0.1", "localhost", "[::1]"];
  origins = [
    ...names.map((name) => `http://${name}:${address.port}`),
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin]),
  ];
  return {
    url: publicUrl ?? `http://${address.family === "IPv6" ? "[::1]" : "127.0.0.1"}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
