import { setTimeout as sleep } from "node:timers/promises";
import type { IndexingReport, SyncAndIndex } from "#app";
import { formatDuration, type JsonObject, messageOf } from "#base";
import type { ProjectReport, SyncEvent } from "#sync";
import { present, shown } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import type { SyncFlags } from "./sync-flags.ts";
import { indexView, newsOf, projectView, title } from "./sync-text.ts";

const DAY_MS = 86_400_000;

interface Watch {
  readonly context: CommandContext;
  readonly run: SyncAndIndex;
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly flags: Pick<SyncFlags, "full" | "acceptLoss" | "json">;
}

/** Runs again and again, through failures, until the signal; tells what is new and what changed for the worse or better. */
export async function watchTrackers({ context, run, everyMs, signal, flags }: Watch): Promise<void> {
  const teller = flags.json ? jsonTeller(context) : lineTeller(context);
  if (!flags.json) context.out.note(`Reading again every ${formatDuration(everyMs)} until told to stop.`);
  let isFirst = true;
  while (!signal.aborted) {
    const isWanted = isFirst && flags.full === true;
    isFirst = false;
    try {
      const { report, index } = await run({
        full: (sweptAt) => isWanted || Date.now() - (sweptAt?.getTime() ?? 0) > DAY_MS,
        acceptLoss: flags.acceptLoss === true,
        onEvent: (event) => event.kind === "done" && teller.project(event),
        onIndexed: () => {},
      });
      if (!signal.aborted) teller.run({ isComplete: report.isComplete, index });
    } catch (error) {
      teller.run({ isComplete: false, error: messageOf(error) });
    }
    await sleep(everyMs, undefined, { signal }).catch(() => {});
  }
}

interface Teller {
  project(event: Extract<SyncEvent, { readonly kind: "done" }>): void;
  run(end: RunEnd): void;
}

interface RunEnd {
  readonly isComplete: boolean;
  readonly index?: IndexingReport;
  readonly error?: string;
}

function jsonTeller({ out }: CommandContext): Teller {
  const tell = (event: string, facts: JsonObject) =>
    out.line(jsonText({ event, at: new Date().toISOString(), ...facts }, 0));
  return {
    project: ({ report }) => tell("project", projectView(report)),
    run: ({ isComplete, index, error }) =>
      tell("run", { complete: isComplete, ...present({ index: index && indexView(index), error }) }),
  };
}

function lineTeller({ out }: CommandContext): Teller {
  const troubles = new Map<string, string>();
  const say = (text: string) => out.line(`${new Date().toTimeString().slice(0, 8)}  ${text}`);

  function tellTrouble(name: string, trouble: string | undefined): void {
    if (troubles.get(name) === trouble) return;
    if (trouble === undefined) {
      troubles.delete(name);
      say(`${name}  + works again`);
    } else {
      troubles.set(name, trouble);
      say(`${name}  x ${shown(trouble)}`);
    }
  }

  return {
    project({ report }) {
      const name = title(report);
      if (report.outcome !== "stopped") tellTrouble(name, troubleOf(report));
      const news = newsOf(report);
      if (news) say(`${name}  ${news}`);
    },
    run({ index, error }) {
      tellTrouble("sync", error);
      if (index) tellTrouble("model", index.notes.join("; ") || undefined);
    },
  };
}

function troubleOf({ outcome, error }: ProjectReport): string | undefined {
  return outcome === "failed" ? (error?.message ?? "failed") : undefined;
}
