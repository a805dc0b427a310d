import type { Command } from "commander";
import { createSyncAndIndex, type SyncAndIndex } from "#app";
import { PreloopError, parseDuration } from "#base";
import type { Tracker } from "#trackers";
import { shown } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import type { SyncFlags } from "./sync-flags.ts";
import { createProgress } from "./sync-progress.ts";
import { showSyncStatus } from "./sync-status.ts";
import { incomplete, reportView, syncTableLines } from "./sync-text.ts";
import { watchTrackers } from "./sync-watch.ts";

/** `preloop sync [TRACKER…]`. */
export function registerSync(program: Command, context: CommandContext): void {
  program
    .command("sync [tracker...]")
    .description("bring issues, comments and links of the configured trackers into the store")
    .option("--full", "read everything anew, and look for what was deleted or moved")
    .option("--accept-loss", "with --full: believe a tracker that shows hardly anything of what it had")
    .option("--watch", "go on until told to stop; what is gone is looked for once a day")
    .option("--every <duration>", "with --watch: the pause between two runs", "60s")
    .option("--status", "only show when each project was last read, and what went wrong")
    .option("--json", "one JSON document; with --watch one line per event")
    .action((names: readonly string[], options: SyncFlags) => sync(context, names, options));
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

async function sync(context: CommandContext, names: readonly string[], options: SyncFlags): Promise<void> {
  if (options.status) return showSyncStatus(context, options.json === true);
  const everyMs = parseDuration(options.every);
  if (everyMs < 1_000) throw new PreloopError("usage", "--every is a second at least, as in --every 60s");
  const trackers = await openNamed(context, names);
  const stop = new AbortController();
  let status: number | undefined;
  // The second signal ends the process the hard way: nobody listens to it any more.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      status ??= SIGNALS[signal];
      stop.abort();
    });
  try {
    const run = await createSyncAndIndex({
      runtime: await context.runtime(),
      db: await context.store(),
      trackers,
      signal: stop.signal,
    });
    if (options.watch)
      return await watchTrackers({ context, run, everyMs, signal: stop.signal, flags: options });
    await syncOnce(context, run, options);
  } catch (error) {
    if (status === undefined) throw error;
    process.exitCode = status;
  } finally {
    for (const tracker of trackers) tracker.close();
  }
}

/** Waits that a scheduled run can afford; a longer one ends the run, and the next goes on there. */
const MAX_WAIT_MS = 5 * 60_000;

async function openNamed(context: CommandContext, names: readonly string[]): Promise<readonly Tracker[]> {
  const { loaded, log } = await context.runtime();
  const configured = Object.entries(loaded.config.trackers);
  if (configured.length === 0)
    throw new PreloopError(
      "tracker_unconfigured",
      'No tracker is configured; name one under "trackers" in your config, as docs/trackers.md shows',
    );
  const unknown = names.find((name) => !configured.some(([known]) => known === name));
  if (unknown !== undefined)
    throw new PreloopError(
      "usage",
      `The config has no tracker "${shown(unknown)}"; it has ${configured.map(([name]) => shown(name)).join(", ")}`,
    );
  const chosen = configured.filter(([name]) => names.length === 0 || names.includes(name));
  const { openTrackers } = await import("#trackers");
  return openTrackers(Object.fromEntries(chosen), { log, retryPolicy: { maxWaitMs: MAX_WAIT_MS } });
}

async function syncOnce(
  context: CommandContext,
  run: SyncAndIndex,
  { full, acceptLoss, json }: SyncFlags,
): Promise<void> {
  const progress = createProgress(process.stderr);
  const { report, index } = await run({
    full: full === true || acceptLoss === true,
    acceptLoss: acceptLoss === true,
    onEvent: progress.show,
    onIndexed: progress.showIndexed,
  }).finally(progress.end);
  if (json) context.out.line(jsonText(reportView(report, index)));
  else for (const line of syncTableLines(report, index)) context.out.line(line);
  if (!report.isComplete) throw incomplete(report);
}
