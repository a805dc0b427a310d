import { serveStdio } from "#gateway";
import { openServingRuntime } from "./runtime.ts";
import type { StdioServeOptions } from "./serve-options.ts";
import { sessionOptions } from "./session-options.ts";
import { createSessionServices } from "./session-services.ts";
import { createShutdown } from "./shutdown.ts";
import { keepHeapSmall } from "./small-heap.ts";

/** `preloop`: one MCP session over stdio, from the first byte to the last. */
export async function serveStdioSession({ config, report }: StdioServeOptions): Promise<void> {
  keepHeapSmall();
  const runtime = await openServingRuntime(config);
  const services = await createSessionServices(runtime);
  const session = serveStdio({
    ...(await sessionOptions(runtime, services)),
    stdin: process.stdin,
    stdout: process.stdout,
    onEnd: (why) => shutdown.exit(why, 0),
  });

  const close = () => session.close().then(services.close);
  const shutdown = createShutdown({ close, report, log: runtime.log });
  // Another key or a newer store is no passing trouble: what this process wrote there would be of no use.
  services.onFatal(shutdown.fail);
  services.onToolsChanged(session.toolsChanged);
}
