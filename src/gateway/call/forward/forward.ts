import { isJsonObject } from "#base";
import type { ToolCall } from "#model";
import { TOOL_CALL, withMember } from "#protocol";
import type { UpstreamReply } from "#upstreams";
import { followTask, isTaskReply, runAsTask } from "../../tasks/follow.ts";
import { wantsTask } from "../../tasks/task-support.ts";
import type { CallRequest } from "../call-request.ts";
import type { Subject } from "../identify/subject.ts";
import { exchange } from "./exchange.ts";

interface Forwarding {
  readonly call: ToolCall;
  readonly subject: Subject;
  /** What goes to the server, as JSON text. */
  readonly params: string;
  readonly request: CallRequest;
  /** Called when the first bytes have left: from then on the call may have had its effect. */
  readonly onSent: () => void;
  /** Looks again at the call, when its server was started anew since it was judged. */
  readonly recheck: () => Promise<void>;
  /** Looks, before each further round, whether the session may still act. */
  readonly mayGoOn: () => void;
}

/**
 * Sends a permitted request to its server. All its rounds, and the task its server may make of it, are the one request
 * that was permitted. @throws upstream_failed, input_failed, request_cancelled
 */
export async function forward(forwarding: Forwarding): Promise<UpstreamReply> {
  const { call, subject, request, onSent, recheck, mayGoOn: beforeRound } = forwarding;
  const { context } = request;
  const { upstream, tool } = subject;
  const { method = TOOL_CALL } = call;
  if (!tool)
    return exchange({ upstream, method, params: forwarding.params, context, onSent, recheck, beforeRound });
  const isTask = wantsTask(tool, context);
  const params = isTask ? withMember(forwarding.params, "task", taskText(request)) : forwarding.params;
  const sent = () => {
    onSent();
    // The server's own task can be cancelled only once we have its id.
    if (!isTask) context.task?.sent();
  };
  const sending = { upstream, method, params, context, onSent: sent, recheck, beforeRound };
  if (isTask) return runAsTask(sending);
  const reply = await exchange(sending);
  return isTaskReply(reply, false) ? followTask(reply, sending) : reply;
}

/** The task that the client asks for (2025-11-25, tasks), or one of ours. */
function taskText({ params }: CallRequest): string {
  const ttl = isJsonObject(params.task) ? params.task.ttl : undefined;
  return typeof ttl === "number" ? JSON.stringify({ ttl }) : "{}";
}
