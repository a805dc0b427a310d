/** Upstreams: the servers behind preloop, over stdio and StreamableHTTP, kept alive, spoken to in their own era. */
export type {
  ClientFace,
  Era,
  Hello,
  Upstream,
  UpstreamHost,
  UpstreamReply,
  UpstreamRequest,
  UpstreamState,
} from "./types.ts";
