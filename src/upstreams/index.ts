/** Upstreams: the servers behind preloop, over stdio and StreamableHTTP, kept alive, spoken to in their own era. */
export type { ServerSpec } from "./connector.ts";
export { envelopeFor } from "./era/envelope.ts";
export { createMirrors, type Mirrors } from "./http/headers.ts";
export { createInProcessUpstream } from "./in-process.ts";
export { createLazyUpstream, type LazyOptions } from "./lazy/lazy-upstream.ts";
export type {
  ClientProfile,
  Credentials,
  Era,
  ServerProfile,
  Upstream,
  UpstreamHost,
  UpstreamReply,
  UpstreamRequest,
  UpstreamState,
} from "./types.ts";
export { createUpstream } from "./upstream.ts";
export type { UpstreamOptions, UpstreamTimes } from "./upstream-options.ts";
