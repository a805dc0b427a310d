import { PreloopError } from "#base";
import { createFetchServer, isLoopbackAddress, openListener, originsOf } from "#http";
import { createDecisionApp, type DecisionAppOptions } from "./decision-app.ts";

/** Options of served decision pages: those of their app, and where they listen. */
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

/** Serves decision pages on a loopback port until closed; it keeps the process alive as long. */
export async function serveDecisionPages(options: ServeOptions): Promise<DecisionPages> {
  const { host = "127.0.0.1", port = 0, publicUrl } = options;
  if (!isLoopbackAddress(host))
    throw new PreloopError(
      "usage",
      `Decision pages are served on loopback only, and ${host} is not; set http.publicUrl and forward to them`,
    );
  let origins: readonly string[] = [];
  const app = createDecisionApp({ ...options, origins: () => origins });
  const listener = await openListener(await createFetchServer(app.fetch), host, port);
  origins = originsOf(listener.port, publicUrl);
  return { url: publicUrl ?? listener.url, close: () => listener.close() };
}
