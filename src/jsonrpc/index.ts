/** Wire frames: JSON-RPC 2.0 lines read once and passed on by splicing, not by rebuilding. */
export type { Frame, RawReply, RpcError, RpcId } from "./types.ts";
