import type { AuditEntry } from "#audit";
import { members, withMember } from "#jsonrpc";
import type { UpstreamReply } from "#upstreams";
import type { ToolOffer } from "./catalog.ts";
import type { CallRequest } from "./identify.ts";
import type { RunPermit } from "./permit.ts";

interface Forwarding {
  readonly offer: ToolOffer;
  readonly request: CallRequest;
  readonly entry: AuditEntry;
}

/**
 * Sends the permitted call to its server: the client's own params with the tool's original name and the permitted
 * arguments, every other byte as it came.
 * @throws audit_broken before anything is sent, upstream_failed, request_cancelled
 */
export function forward(permitted: RunPermit, { offer, request, entry }: Forwarding): Promise<UpstreamReply> {
  let params = members(request.text).get("params")!;
  if (permitted.argsText !== (members(params).get("arguments") ?? "{}"))
    params = withMember(params, "arguments", permitted.argsText);
  if (offer.name !== offer.original) params = withMember(params, "name", JSON.stringify(offer.original));
  entry.sending(permitted.facts);
  const { progressToken } = request;
  return offer.upstream.request({
    method: "tools/call",
    params,
    signal: request.signal,
    ...(progressToken !== undefined && {
      onProgress: (progress: string) =>
        request.tellProgress(withMember(progress, "progressToken", progressToken)),
    }),
  });
}
