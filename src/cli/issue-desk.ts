import { messageOf, systemClock } from "#base";
import type { Metrics } from "#compliance";
import { createIssueTools, type IssueServices } from "#issue-tools";
import type { BuiltinTools } from "#model";
import type { Embedders } from "#search";
import type { Tracker } from "#trackers";
import type { Foundation } from "./foundation.ts";
import { findEmbedders } from "./open-embedders.ts";

/** preloop's own tools for one session. */
export function openIssueTools(ground: Foundation): BuiltinTools {
  const desk = createDesk(ground);
  const tools = createIssueTools(desk);
  return { ...tools, close: () => tools.close().then(desk.close) };
}

/** What the six tools work with, as the config says; each part is opened when a tool needs it. */
function createDesk({
  loaded,
  settings,
  store,
  log,
}: Foundation): IssueServices & { close(): Promise<void> } {
  const { config } = loaded;
  const { ollamaHost } = settings;
  const closing = new AbortController();
  let trackers: Promise<readonly Tracker[]> | undefined;
  let metrics: Metrics | undefined;
  let embedders: Promise<Embedders> | undefined;
  let indexing: Promise<void> | undefined;
  let isStale = false;

  // The models' vectors are left to the next sync; words and the built-in ones are quick.
  async function indexUntilFresh(): Promise<void> {
    const { indexStale } = await import("#search");
    while (isStale && !closing.signal.aborted) {
      isStale = false;
      await indexStale(await store(), { models: [] }, { signal: closing.signal });
    }
  }

  return {
    trackers() {
      trackers ??= import("#trackers").then(({ openTrackers }) => openTrackers(config.trackers, { log }));
      return trackers;
    },
    db: store,
    async metrics() {
      const { openMetrics } = await import("#compliance");
      metrics ??= openMetrics(config.compliance);
      return metrics;
    },
    async model({ sample, signal }) {
      const { openModel } = await import("#llm");
      return openModel(config.llm, { ollamaHost, sample, signal, log });
    },
    embedders() {
      embedders ??= findEmbedders({ loaded, settings, log }, (note) => log.info(note), closing.signal);
      return embedders;
    },
    onStored() {
      isStale = true;
      indexing ??= indexUntilFresh()
        .catch((error) => {
          // What a session leaves behind at its end, the next sync reads.
          if (!closing.signal.aborted) log.warn(`search is behind: ${messageOf(error)}`);
        })
        .finally(() => {
          indexing = undefined;
        });
    },
    clock: systemClock,
    log,
    async close() {
      closing.abort();
      for (const tracker of (await trackers?.catch(() => undefined)) ?? []) tracker.close();
      await indexing;
    },
  };
}
