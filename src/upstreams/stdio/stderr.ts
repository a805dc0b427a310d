import type { Readable } from "node:stream";
import { type Clock, type Log, redactText } from "#base";

const LONGEST_LINE = 500;
const LINES_PER_SECOND = 50;
/** Secrets are looked for in more than is shown, so that a cut does not leave half of one. */
const LONGEST_READ = 4 * LONGEST_LINE;

/** Drains a server's stderr into the log at debug, secrets masked, so much per second at most; returns its last words. */
export function drainStderr(stream: Readable, server: string, log: Log, clock: Clock): () => string {
  let rest = "";
  let last = "";
  let since = 0;
  let lines = 0;
  let left = 0;

  const say = (line: string) => {
    if (line.trim() === "") return;
    last = line.slice(0, LONGEST_READ);
    const now = clock.ticksMs();
    if (now - since >= 1_000) {
      if (left > 0) log.debug("more lines on stderr, left out", { server, lines: left });
      [since, lines, left] = [now, 0, 0];
    }
    if (lines++ < LINES_PER_SECOND) log.debug("stderr", { server, line: safe(last) });
    else left++;
  };
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = (parts.pop() ?? "").slice(0, LONGEST_READ);
    for (const line of parts) say(line);
  });
  stream.on("error", () => {});
  return () => safe(rest.trim() === "" ? last : rest);
}

function safe(line: string): string {
  return redactText(line.slice(0, LONGEST_READ)).slice(0, LONGEST_LINE);
}
