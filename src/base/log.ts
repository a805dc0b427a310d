import { makeVisible } from "./text/visible.ts";

/** The levels of `LOG_LEVEL`, from most to least talkative. */
export const LOG_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes one line per event to stderr; stdout belongs to MCP frames. */
export interface Log {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}
type Facts = Readonly<Record<string, unknown>>;

/** A log for tests and for rooms that were given none. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * A log of plain lines, `preloop WARNING upstream left server=files`. Facts are printed as JSON, and the
 * line is made visible: it quotes upstreams, and their text must not touch the terminal.
 */
export function createLog(level: LogLevel, write: (line: string) => void): Log {
  const threshold = LOG_LEVELS.indexOf(level);
  const at =
    (name: LogLevel) =>
    (message: string, facts: Facts = {}) => {
      if (LOG_LEVELS.indexOf(name) < threshold) return;
      const pairs = Object.entries(facts).map(([key, value]) => ` ${key}=${JSON.stringify(value) ?? "?"}`);
      write(`preloop ${name} ${makeVisible(message + pairs.join("")).text}\n`);
    };
  return { debug: at("DEBUG"), info: at("INFO"), warn: at("WARNING"), error: at("ERROR") };
}
