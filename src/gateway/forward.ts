import type { AuditEntry } from "#audit";
import { member, withMember } from "#jsonrpc";
import type { UpstreamReply } from "#upstreams";
import type { ToolOffer } from "./catalog.ts";
import { exchange } from "./exchange.ts";
import type { CallRequest } from "./identify.ts";
import type { RunPermit } from "./permit.ts";
import { followTask, isTaskReply, runAsTask } from "./tasks/follow.ts";
import { wantsTask, withTask } from "./tasks/wish.ts";

interface Forwarding {
  readonly offer: ToolOffer;
  /** The client's own params, as JSON text. */
  readonly params: string;
  readonly request: CallRequest;
  readonly entry: AuditEntry;
  /** Called when the first bytes have left: from then on the call may have had its effect. */
  readonly onSent: () => void;
  /** Looks again at the call, when its server was started anew since it was judged. */
  readonly recheck: () => Promise<void>;
  /** Looks, before each further round, whether the session may still act. */
  readonly mayGoOn: () => void;
}

/**
 * Sends the permitted call to its server: the client's own params with the tool's original name and the permitted
 * arguments, every other byte as it came. All its rounds are the one call that was permitted.
 * @throws audit_broken before anything is sent, upstream_failed, input_failed, request_cancelled
 */
export async function forward(permitted: RunPermit, forwarding: Forwarding): Promise<UpstreamReply> {
  const { offer, request, entry, onSent, recheck, mayGoOn } = forwarding;
  let { params } = forwarding;
  if (permitted.argsText !== (member(params, "arguments") ?? "{}"))
    params = withMember(params, "arguments", permitted.argsText);
  if (offer.name !== offer.original) params = withMember(params, "name", JSON.stringify(offer.original));
  const { line } = request;
  const isTask = wantsTask(offer, line);
  if (isTask || request.params.task !== undefined) params = withTask(params, isTask);
  await entry.sending(permitted.facts);
  const { upstream } = offer;
  const call = {
    upstream,
    method: "tools/call",
    params,
    line,
    onSent() {
      onSent();
      // The server's own task can be cancelled only once we have its id.
      if (!isTask) line.task?.sent();
    },
    recheck,
    beforeRound: mayGoOn,
  };
  if (isTask) return runAsTask(call);
  const reply = await exchange(call);
  return isTaskReply(reply, false) ? followTask(reply, call) : reply;
}
