/** Wire frames: JSON-RPC 2.0 lines read once and passed on by splicing, not by rebuilding. */
export { composeError, composeNotification, composeReply, composeRequest, type RawCall } from "./compose.ts";
export {
  createFrameReader,
  type FrameReader,
  type FrameReaderOptions,
  MAX_FRAME_BYTES,
} from "./frame-reader.ts";
export { createFrameWriter, type FrameWriter, type FrameWriterOptions } from "./frame-writer.ts";
export { elements, member, members, withMember } from "./members.ts";
export { isCustomMethod, isKnownMethod, isLegacyOnly, JUDGED_METHODS, TOOL_CALL } from "./methods.ts";
export { readFrame } from "./read-frame.ts";
export type { Frame, RawReply, RpcError, RpcId } from "./types.ts";
