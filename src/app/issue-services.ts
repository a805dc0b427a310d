import { systemClock } from "#base";
import type { Metrics } from "#compliance";
import { createIssueTools, type IssueServices } from "#issue-tools";
import type { BuiltinTools } from "#model";
import type { Embedders } from "#search";
import type { Tracker } from "#trackers";
import { createFollowingIndex } from "./index-issues.ts";
import { openEmbedders } from "./open-embedders.ts";
import type { Runtime } from "./runtime.ts";

/** preloop's own tools for one session. */
export function openIssueTools(runtime: Runtime): BuiltinTools {
  const services = createServices(runtime);
  const tools = createIssueTools(services);
  return { ...tools, close: () => tools.close().then(services.close) };
}

/** What the six tools work with, as the config says; each part is opened when a tool needs it. */
function createServices({
  loaded,
  settings,
  store,
  log,
}: Runtime): IssueServices & { close(): Promise<void> } {
  const { config } = loaded;
  const { ollamaHost } = settings;
  const closing = new AbortController();
  let trackers: Promise<readonly Tracker[]> | undefined;
  let metrics: Metrics | undefined;
  let embedders: Promise<Embedders> | undefined;
  const index = createFollowingIndex(store, log);

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
      embedders ??= openEmbedders({ loaded, settings, log }, (note) => log.info(note), closing.signal);
      return embedders;
    },
    onStored: index.changed,
    clock: systemClock,
    log,
    async close() {
      closing.abort();
      const indexed = index.close();
      for (const tracker of (await trackers?.catch(() => undefined)) ?? []) tracker.close();
      await indexed;
    },
  };
}
