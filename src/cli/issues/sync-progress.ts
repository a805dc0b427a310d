import { type Clock, fitWidth, systemClock } from "#base";
import type { IndexProgress } from "#search";
import type { SyncEvent } from "#sync";
import { title } from "./sync-text.ts";

/** Stream for showing progress: a terminal gets a line that moves, anything else a line now and then. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  show(event: SyncEvent): void;
  showIndexed(progress: IndexProgress): void;
  /** Takes the moving line away. */
  end(): void;
}

const REDRAW_MS = 100;
const LINE_MS = 10_000;
const CLEAR = "\r\x1b[K";

/** Shows how far a run is. */
export function createProgress(stream: ProgressStream, clock: Clock = systemClock): Progress {
  const isTty = stream.isTTY === true;
  const active = new Map<string, string>();
  // A run that is over in a moment says nothing but its table: cron would make a letter of it.
  let lastMs = isTty ? Number.NEGATIVE_INFINITY : clock.ticksMs();

  function draw(): void {
    const now = clock.ticksMs();
    if (now - lastMs < (isTty ? REDRAW_MS : LINE_MS)) return;
    lastMs = now;
    const texts = [...active.values()];
    if (isTty) stream.write(`${CLEAR}${fitWidth(texts.join("   "), (stream.columns ?? 80) - 1)}`);
    else for (const text of texts) stream.write(`${text}\n`);
  }

  return {
    show(event) {
      const name = title(event);
      if (event.kind === "done") active.delete(name);
      else active.set(name, `${name}  ${stepText(event, isTty)}`);
      draw();
    },
    showIndexed({ stage, done }) {
      active.clear();
      active.set(stage, `making findable: ${done} texts ${stage === "reading" ? "read" : "embedded"}`);
      draw();
    },
    end() {
      if (isTty) stream.write(CLEAR);
    },
  };
}

type Step = Exclude<SyncEvent, { readonly kind: "done" }>;

function stepText(event: Step, withBar: boolean): string {
  const [done, total, rest] = howFar(event);
  // Some trackers tell what is left instead of all there is.
  if (total === undefined || total < done) return `${done} ${rest}`;
  return `${withBar ? `${bar(done, total)} ` : ""}${done} of ${total} ${rest}`;
}

function howFar(event: Step): [done: number, total: number | undefined, rest: string] {
  if (event.kind === "listed") return [event.listed, event.live, "listed"];
  const { added, changed, unchanged, comments } = event.counts;
  return [added + changed + unchanged, event.total, comments > 0 ? `issues, ${comments} comments` : "issues"];
}

const CELLS = 16;

function bar(done: number, total: number): string {
  const full = total > 0 ? Math.round((Math.min(done, total) / total) * CELLS) : 0;
  return "█".repeat(full) + "░".repeat(CELLS - full);
}
