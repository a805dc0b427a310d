import { type FSWatcher, statSync, watch } from "node:fs";
import path from "node:path";

/** How long a file must be left alone before it is looked at: editors write in several steps. */
const QUIET_MS = 150;
/** How often files are looked at besides, for file systems that tell nothing. */
const POLL_MS = 2_000;

/** Calls back when one of the files may have changed, come or gone; editors that replace a file are seen, too. */
export function watchFiles(files: readonly string[], onChange: () => void): { close(): void } {
  let quiet: NodeJS.Timeout | undefined;
  let seen = files.map(markOf);
  const touched = () => {
    clearTimeout(quiet);
    quiet = setTimeout(onChange, QUIET_MS);
    quiet.unref();
  };
  const look = () => {
    const now = files.map(markOf);
    const isSame = now.every((mark, at) => mark === seen[at]);
    seen = now;
    if (!isSame) touched();
  };
  const watchers = [...new Set(files.map((file) => path.dirname(file)))].flatMap((folder) =>
    watchFolder(folder, look),
  );
  const poll = setInterval(look, POLL_MS);
  poll.unref();
  return {
    close() {
      clearTimeout(quiet);
      clearInterval(poll);
      for (const watcher of watchers) watcher.close();
    },
  };
}

// The folder, not the file: a file that is replaced takes its watcher with it.
function watchFolder(folder: string, onEvent: () => void): FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    watcher.on("error", () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}

function markOf(file: string): string {
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(file);
    return [mtimeMs, ctimeMs, size, ino].join();
  } catch {
    return "";
  }
}
