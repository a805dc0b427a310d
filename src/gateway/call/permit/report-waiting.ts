import { formatDuration } from "#base";
import type { Approval } from "#model";
import type { RequestContext } from "../../context/request-context.ts";

const REPORT_MS = 10_000;

// MCP wants progress to rise. Steps this small leave the server's own progress, from 1 on, above all of ours.
const STEP = 1e-6;

/** Tells a waiting client at once and every 10 s what it waits for; returns what stops it. */
export function reportWaiting(approval: Approval, context: RequestContext): () => void {
  if (context.progressToken === undefined) return () => {};
  let reports = 0;
  const tell = () => {
    const left = formatDuration(approval.deadline.getTime() - Date.now());
    const message = `Waiting for a person to approve ${approval.id} (${left} left)`;
    const progress = STEP * reports++;
    context.tellProgress(JSON.stringify({ progress, message }));
  };
  tell();
  const timer = setInterval(tell, REPORT_MS);
  return () => clearInterval(timer);
}
