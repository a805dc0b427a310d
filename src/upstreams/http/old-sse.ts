import { readEvents } from "./body.ts";
import { isEventStream } from "./wire.ts";
import type { WireContext } from "./wire-context.ts";

/** True when an address speaks HTTP+SSE, the transport of 2024-11-05 that StreamableHTTP replaced. */
export async function speaksOldSse({ wire, maxBytes }: WireContext, withinMs: number): Promise<boolean> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), withinMs);
  let found = false;
  try {
    const response = await wire.get(undefined, abort.signal);
    const onMessage = (_data: string, event: string | undefined) => {
      found ||= event === "endpoint";
      abort.abort();
    };
    if (isEventStream(response)) await readEvents(response, { maxBytes, onMessage, onId() {}, onRetry() {} });
  } catch {
    // Found or not, the question is answered.
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
  return found;
}
