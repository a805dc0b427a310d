import { isJsonObject, type JsonObject } from "#base";
import { META_KEYS } from "#protocol";

const LEVELS: readonly unknown[] = [
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "critical",
  "alert",
  "emergency",
];

/** True for a level of `logging/setLevel` (RFC 5424's names). */
export function isLogLevel(value: unknown): value is string {
  return LEVELS.includes(value);
}

/** The log lines that a modern client wants: each request names its level, and without one there is silence. */
export interface LogLevels {
  /** A request is under way; call the result when it is over. */
  enter(params: JsonObject): () => void;
  /** True when a request under way wants a line like this; params of `notifications/message` as JSON text. */
  wants(line: string | undefined): boolean;
}

/** No request under way. */
export function createLogLevels(): LogLevels {
  const entered = new Set<{ readonly rank: number }>();
  return {
    enter({ _meta }) {
      const rank = isJsonObject(_meta) ? LEVELS.indexOf(_meta[META_KEYS.logLevel]) : -1;
      if (rank < 0) return leaveNothing;
      const one = { rank };
      entered.add(one);
      return () => void entered.delete(one);
    },
    wants(line = "{}") {
      if (entered.size === 0) return false;
      const rank = LEVELS.indexOf((JSON.parse(line) as { level?: unknown }).level);
      return [...entered].some((one) => one.rank <= rank);
    },
  };
}

function leaveNothing(): void {}
