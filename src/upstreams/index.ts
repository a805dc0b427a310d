/** Upstreams: the servers behind preloop, over stdio and StreamableHTTP, kept alive, spoken to in their own era. */
export type { ServerSpec } from "./connector.ts";
export { envelopeFor, META } from "./envelope.ts";
export { createMirrors, type Mirrors } from "./http/headers.ts";
export { createInsideUpstream } from "./inside.ts";
export { createRestingUpstream, type Rest } from "./resting/resting.ts";
export type {
  ClientFace,
  Credentials,
  Era,
  Hello,
  Upstream,
  UpstreamHost,
  UpstreamReply,
  UpstreamRequest,
  UpstreamState,
} from "./types.ts";
export { createUpstream, type UpstreamOptions, type UpstreamTimes } from "./upstream.ts";
