/**
 * The protocol: JSON-RPC 2.0 frames, read once and passed on by splicing, not by rebuilding; and MCP's own words, its
 * revisions, methods, listings, `_meta` keys and error codes.
 */
export { composeError, composeNotification, composeReply, composeRequest, type RawCall } from "./compose.ts";
export { RPC_CODES } from "./error-codes.ts";
export {
  createFrameReader,
  type FrameReader,
  type FrameReaderOptions,
  MAX_FRAME_BYTES,
} from "./frame-reader.ts";
export { createFrameWriter, type FrameWriter, type FrameWriterOptions } from "./frame-writer.ts";
export { LISTINGS, type Listing, type ListingWords } from "./listings.ts";
export { elements, member, members, withMember } from "./members.ts";
export { META_KEYS, META_PREFIX, TASKS_EXTENSION } from "./meta-keys.ts";
export {
  isCustomMethod,
  isKnownMethod,
  isLegacyOnly,
  JUDGED_METHODS,
  namedBy,
  ROUND_METHODS,
  TOOL_CALL,
} from "./methods.ts";
export { readFrame } from "./read-frame.ts";
export {
  isLegacyRevision,
  isModernRevision,
  MODERN_REVISIONS,
  NEWEST_LEGACY,
  NEWEST_MODERN,
  SERVER_REVISIONS,
  TASKS_REVISION,
} from "./revisions.ts";
export type { Frame, RawReply, RpcError, RpcId } from "./types.ts";
