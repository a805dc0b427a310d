import type { Readable } from "node:stream";
import type { Clock, Log } from "#base";

const LONGEST_LINE = 500;
const LINES_PER_SECOND = 50;

/** Drains a server's stderr into the log at debug, so much per second at most; returns its last words. */
export function drainStderr(stream: Readable, server: string, log: Log, clock: Clock): () => string {
  let rest = "";
  let last = "";
  let since = 0;
  let lines = 0;
  let left = 0;

  const say = (line: string) => {
    if (line.trim() === "") return;
    last = line.slice(0, LONGEST_LINE);
    const now = clock.ticksMs();
    if (now - since >= 1_000) {
      if (left > 0) log.debug("more lines on stderr, left out", { server, lines: left });
      [since, lines, left] = [now, 0, 0];
    }
    if (lines++ < LINES_PER_SECOND) log.debug("stderr", { server, line: last });
    else left++;
  };
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = (parts.pop() ?? "").slice(-LONGEST_LINE);
    for (const line of parts) say(line);
  });
  stream.on("error", () => {});
  return () => (rest.trim() === "" ? last : rest);
}
