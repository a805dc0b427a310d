import type { RawReply, RpcError, RpcId } from "./types.ts";

/** A message to be made from raw parts: `params` is JSON text, passed on as it stands. */
export interface RawCall {
  readonly method: string;
  readonly params?: string | undefined;
}

/** The frame of a request. */
export function composeRequest({ id, method, params }: RawCall & { readonly id: RpcId }): string {
  return `{"jsonrpc":"2.0","id":${idText(id)},"method":${JSON.stringify(method)}${paramsText(params)}}`;
}

/** The frame of a notification. */
export function composeNotification({ method, params }: RawCall): string {
  return `{"jsonrpc":"2.0","method":${JSON.stringify(method)}${paramsText(params)}}`;
}

/** The frame that answers `id` with a result or an error taken over as raw text. */
export function composeReply(id: RpcId | null, reply: RawReply): string {
  return `{"jsonrpc":"2.0","id":${idText(id)},"${reply.kind}":${reply.text}}`;
}

/** The frame that answers `id` with an error of our own. */
export function composeError(id: RpcId | null, { code, message, data }: RpcError): string {
  return composeReply(id, { kind: "error", text: JSON.stringify({ code, message, data }) });
}

function idText(id: RpcId | null): string {
  return typeof id === "number" ? String(id) : JSON.stringify(id);
}

function paramsText(params: string | undefined): string {
  return params === undefined ? "" : `,"params":${params}`;
}
