/** HTTP on this machine: one listener, whom a request was meant for, how much of a body is read, errors as statuses. */
export { type BodyLimits, collectBody } from "./body.ts";
export { createFetchServer } from "./fetch-server.ts";
export { type HttpListener, openListener } from "./listener.ts";
export { isLoopbackAddress, isLoopbackUrl } from "./loopback.ts";
export { isOwnHost, isOwnOrigin, originsOf } from "./origins.ts";
export { httpStatusOf } from "./status.ts";
