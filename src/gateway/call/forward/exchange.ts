import type { CancelSignal } from "#base";
import type { Upstream, UpstreamReply } from "#upstreams";
import { nextParams, type WantedInput, wantedBy, wantedByError, wantsLinks } from "../../context/input.ts";
import type { RequestContext } from "../../context/request-context.ts";
import { undisguised } from "./undisguised.ts";

/** A request that a server may answer by asking for input. */
export interface Exchange {
  readonly upstream: Upstream;
  readonly method: string;
  readonly params: string;
  readonly context: RequestContext;
  /** Called when the first bytes have left. */
  readonly onSent?: (() => void) | undefined;
  /** Called before the request goes to a server that was started anew; what it throws keeps it from that. */
  readonly recheck?: () => Promise<void>;
  /** Called before the request is sent again; what it throws ends the exchange. */
  readonly beforeRound?: () => void;
  /** Progress is heard until this aborts, past the reply. */
  readonly progressUntil?: CancelSignal | undefined;
}

/**
 * Sends a request, and again with the client's answers for as long as the server wants input. Each round repeats the
 * params of the first: only the answers and the server's own state are new.
 * @throws upstream_failed, input_failed, request_cancelled
 */
export async function exchange(given: Exchange): Promise<UpstreamReply> {
  const { upstream, method, params, context, onSent, recheck, beforeRound, progressUntil } = given;
  const detach = context.attach(upstream);
  const ask = async (params: string): Promise<UpstreamReply> => {
    const reply = await upstream.request({
      method,
      params,
      signal: context.signal,
      onSent,
      recheck,
      onProgress: context.progressToken === undefined ? undefined : context.tellProgress,
      progressUntil,
    });
    return undisguised(reply);
  };
  try {
    let reply = await ask(params);
    for (let wanted = wishOf(reply, context); wanted; wanted = wishOf(reply, context)) {
      const responses = await context.ask(wanted.result, upstream);
      beforeRound?.();
      // A link that was opened is no answer: a legacy server is simply asked again.
      reply = await ask(wanted.isError ? params : nextParams(params, responses, wanted.state));
    }
    return wantsLinks(reply) ? await context.links(reply, upstream) : reply;
  } finally {
    detach();
  }
}

function wishOf(
  reply: UpstreamReply,
  context: RequestContext,
): (WantedInput & { readonly isError: boolean }) | undefined {
  const wanted = wantedBy(reply);
  if (wanted) return { ...wanted, isError: false };
  // A legacy client knows this error itself, and a client without links could do nothing about it.
  const elicitation = context.client.capabilities.elicitation as { readonly url?: unknown } | undefined;
  if (context.client.era === "legacy" || elicitation?.url === undefined) return undefined;
  const links = wantedByError(reply);
  return links && { ...links, isError: true };
}
