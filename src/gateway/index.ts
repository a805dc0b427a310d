/** The gateway: one client's calls, decided, permitted, forwarded and written down; and all that servers offer, merged. */
export { askTools } from "./ask-tools.ts";
export type { CallServices } from "./call-services.ts";
export type { ServedUpstream } from "./catalog.ts";
export { type HttpOptions, type HttpServer, serveHttp } from "./http/serve.ts";
export type { OpenSession, Origin } from "./http/types.ts";
export type { Presentation } from "./initialize.ts";
export type { ClientFeature } from "./server-requests/admit.ts";
export { createSession, type Session, type SessionOptions } from "./session.ts";
export { type StdioOptions, serveStdio } from "./stdio.ts";
