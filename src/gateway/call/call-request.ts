import type { SessionRef } from "#model";
import type { RequestContext } from "../context/request-context.ts";
import type { Request } from "../request.ts";
import type { RequestText } from "./identify/read-strictly.ts";

/** A request to a server, as it came in. */
export interface CallRequest extends RequestText {
  /** Unique for the life of the store. */
  readonly callId: string;
  readonly session: SessionRef;
  /** The way back to the client, for as long as the call runs. */
  readonly context: RequestContext;
}

/** Makes a call of a client's request, under an id of its own. */
export type MakeCallRequest = (request: Request, context: RequestContext) => CallRequest;

/** The calls of one session, numbered from 1. */
export function createCallRequests(ref: () => SessionRef): MakeCallRequest {
  let calls = 0;
  return ({ text, params }, context) => {
    const session = ref();
    return { text, params, callId: `${session.id}-${++calls}`, session, context };
  };
}
