import { formatDuration } from "#base";
import type { Approval } from "#model";
import type { Line } from "./line.ts";

const BEAT_MS = 10_000;

// MCP wants progress to rise. Steps this small leave the server's own progress, from 1 on, above all of ours.
const STEP = 1e-6;

/** Tells a waiting client at once and every 10 s what it waits for; returns what stops it. */
export function beat(approval: Approval, line: Line): () => void {
  if (line.progressToken === undefined) return () => {};
  let beats = 0;
  const tell = () => {
    const left = formatDuration(approval.deadline.getTime() - Date.now());
    const message = `Waiting for a person to approve ${approval.id} (${left} left)`;
    const progress = STEP * beats++;
    line.tellProgress(JSON.stringify({ progress, message }));
  };
  tell();
  const timer = setInterval(tell, BEAT_MS);
  return () => clearInterval(timer);
}
