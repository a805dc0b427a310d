/** The gateway: one client's calls, decided, permitted, forwarded and written down; and all that servers offer, merged. */

export type { CallServices } from "./call/call-services.ts";
export { askTools } from "./catalog/ask-tools.ts";
export type { ServedUpstream } from "./catalog/offers.ts";
export { type HttpOptions, type HttpServer, serveHttp } from "./http/serve.ts";
export type { OpenSession, Origin } from "./http/types.ts";
export type { ClientFeature } from "./server-requests/admit.ts";
export type { Presentation } from "./session/initialize.ts";
export { createSession, type Session } from "./session/session.ts";
export type { SessionOptions } from "./session/session-parts.ts";
export { type StdioOptions, serveStdio } from "./stdio.ts";
