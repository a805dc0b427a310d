import type { PreloopError } from "#base";
import { createSession, type OpenSession, serveHttp } from "#gateway";
import { openServingRuntime, type Runtime } from "./runtime.ts";
import type { HttpServeOptions } from "./serve-options.ts";
import { sessionOptions } from "./session-options.ts";
import { createSessionServices } from "./session-services.ts";
import { createShutdown } from "./shutdown.ts";

/** `preloop --http`: any number of MCP sessions over HTTP, until a signal ends the process. */
export async function serveHttpSessions({
  config: file,
  host,
  port,
  report,
}: HttpServeOptions): Promise<void> {
  const runtime = await openServingRuntime(file);
  const { http } = runtime.loaded.config;
  const server = await serveHttp({
    host: host ?? http.host,
    port: port ?? http.port,
    publicUrl: http.publicUrl,
    openSession: sessionOpener(runtime, (error) => shutdown.fail(error)),
    log: runtime.log,
  });

  const close = () => server.close().then(runtime.close);
  const shutdown = createShutdown({ close, report, log: runtime.log });
  process.stderr.write(`preloop serves MCP at ${server.url}\n`);
  await new Promise(() => {});
}

// Each session has services and servers of its own, as over stdio; the store is shared.
function sessionOpener(runtime: Runtime, onFatal: (error: PreloopError) => void): OpenSession {
  const shared: Runtime = { ...runtime, close: async () => {} };
  return async (send, origin) => {
    const services = await createSessionServices(shared, origin);
    services.onFatal(onFatal);
    const session = createSession({ ...(await sessionOptions(shared, services)), send });
    services.onToolsChanged(session.toolsChanged);
    return {
      ...session,
      isBusy: () => session.isBusy() || services.hasParked(),
      close: () => session.close().then(services.close),
    };
  };
}
