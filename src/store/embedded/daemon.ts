/**
 * The embedded store's background process: claims a home, opens its data, serves the Postgres protocol on the claim's
 * socket, and leaves when nobody has been there for a while.
 *
 * `node daemon.js HOME RUN`, or `node daemon.js --template FILE` when preloop is built.
 */
import fs from "node:fs";
import type { Socket } from "node:net";
import path from "node:path";
import { isMainThread } from "node:worker_threads";
import { type DaemonOptions, readDaemonOptions } from "./daemon-options.ts";
import { type Claim, claim, socketName } from "./ownership.ts";
import { embeddedPathsOf } from "./paths.ts";
import { startWatchdog, watch } from "./watchdog.ts";
import { simpleQuery } from "./wire.ts";

const OPEN_FAILED = 71;
const BROKEN = 70;

if (!isMainThread) watch();
else await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  if (args[0] === "--template") {
    const { writeTemplate } = await import("./data-folder.ts");
    await writeTemplate(args[1]!);
    return;
  }
  process.umask(0o077);
  process.title = "preloop-store";
  // Signals of the terminal that a client was started in are not for us.
  for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
  const options = readDaemonOptions(args);
  const early: Socket[] = [];
  let accept = (socket: Socket) => {
    // Whoever comes while the data is being opened waits in the socket.
    socket.on("error", () => {});
    early.push(socket.pause());
  };
  const claimed = await claim(options.run, (socket) => accept(socket));
  if (!claimed) process.exit(0);
  log(`owns generation ${claimed.generation}`);
  try {
    accept = await serve(options, claimed);
    for (const socket of early) if (!socket.destroyed) accept(socket.resume());
    log("ready");
  } catch (error) {
    log(`open failed: ${error instanceof Error ? error.message : error}`);
    process.exit(OPEN_FAILED);
  }
}

async function serve(options: DaemonOptions, { generation }: Claim): Promise<(socket: Socket) => void> {
  const paths = embeddedPathsOf(options.home);
  const [{ prepareDataFolder }, { openEngine }, { createScheduler }, { startUpkeep }] = await Promise.all([
    import("./data-folder.ts"),
    import("./engine.ts"),
    import("./scheduler.ts"),
    import("./upkeep.ts"),
  ]);
  await prepareDataFolder(paths, generation);
  const engine = await openEngine({
    dataFolder: paths.data,
    statementMs: options.statementMs,
    onRun: startWatchdog(process.argv[1]!),
    onBroken(error) {
      log(`the engine broke: ${error}`);
      process.exit(BROKEN);
    },
  });

  let leaving: NodeJS.Timeout | undefined;
  const leaveWhenAlone = (connections: number) => {
    clearTimeout(leaving);
    if (connections === 0) leaving = setTimeout(() => leave("idle"), options.idleMs);
  };
  const scheduler = createScheduler({
    engine,
    idleTransactionMs: options.idleTransactionMs,
    onConnections: leaveWhenAlone,
  });
  const upkeep = startUpkeep({
    scheduler,
    log,
    everyMs: options.upkeepMs,
    memoryBytes: options.memoryBytes,
    onTooBig: () => leave("memory"),
  });

  let isLeaving = false;
  async function leave(why: string): Promise<void> {
    if (isLeaving) return;
    isLeaving = true;
    log(`leaves: ${why}`);
    setTimeout(() => process.exit(BROKEN), 20_000).unref();
    upkeep.stop();
    await scheduler.stop();
    await engine.run(simpleQuery("CHECKPOINT")); // so that the next start has nothing to recover
    // The data is closed first and the socket dies last, with the process; its name stays as the generation's mark.
    await engine.close();
    process.exit(0);
  }

  process.on("SIGTERM", () => leave("SIGTERM"));
  leaveWithSocket(path.join(options.run, socketName(generation)), () => leave("its socket was removed"));
  leaveWhenAlone(0);
  return scheduler.accept;
}

/** Without its name nobody can find this owner, and the next process would become a second one. */
function leaveWithSocket(socket: string, leave: () => void): void {
  const { ino } = fs.lstatSync(socket);
  setInterval(() => {
    if (fs.lstatSync(socket, { throwIfNoEntry: false })?.ino !== ino) leave();
  }, 1_000).unref();
}

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${process.pid} ${text}\n`);
}
