import { type Command, Option } from "commander";
import type { AuditFilter } from "#audit";
import { PreloopError, parseDuration } from "#base";
import { OUTCOMES, type Outcome } from "#model";

/** Options that choose records, as the command line has them. */
export interface FilterOptions {
  readonly since?: string;
  readonly tool?: string;
  readonly server?: string;
  readonly session?: string;
  readonly outcome?: Outcome | "event";
  readonly limit?: string;
}

/** Gives a command the options that choose records. */
export function withFilters(command: Command): Command {
  return command
    .option("--since <when>", "a time (2026-11-23T08:00) or how long ago (90m, 7d)")
    .option("--tool <name>", "a tool, as TOOL or SERVER__TOOL")
    .option("--server <name>", "a server")
    .option("--session <id>", "a session")
    .addOption(new Option("--outcome <outcome>", "how it ended").choices([...OUTCOMES, "event"]))
    .option("--limit <count>", "the newest so many");
}

/** The filter that the options ask for. @throws usage */
export function readFilter({ since, tool, server, session, outcome, limit }: FilterOptions): AuditFilter {
  return {
    ...(since !== undefined && { since: readSince(since) }),
    ...(tool !== undefined && { tool }),
    ...(server !== undefined && { server }),
    ...(session !== undefined && { session }),
    ...(outcome !== undefined && { outcome }),
    ...(limit !== undefined && { limit: readCount(limit) }),
  };
}

function readSince(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time;
  return new Date(Date.now() - parseDuration(text));
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new PreloopError("usage", `--limit ${text} is not a count`);
  return Number(text);
}

/** A number of things in words: `1 record`, `2 records`. */
export function count(items: readonly unknown[], noun: string): string {
  return `${items.length} ${noun}${items.length === 1 ? "" : "s"}`;
}
