import { isPreloopError, messageOf, PreloopError } from "#base";
import type { EmbeddableText } from "#model";
import { similarIssues, similarity } from "#search";
import { isConfigured } from "./find-tracker.ts";
import type { IssueServices } from "./issue-services.ts";
import type { ShownHit } from "./outputs.ts";
import { showHit } from "./search-issues.ts";

const SHOWN = 5;
// No similarity parts duplicates from others: on 10,000 real issues this one is passed by half of the linked duplicates
// and, in so crowded a store, by most other issues' nearest neighbour too. An agent that reads five titles in vain costs
// a call; a duplicate costs people.
const MIN_SIMILARITY = 0.45;

/**
 * Issues that may say the same as a draft, the likeliest first, from all projects. The store is asked, so what was not
 * synced is not found. @throws store_unavailable that says how to go on without looking, request_cancelled
 */
export async function similarTo(
  draft: EmbeddableText,
  services: IssueServices,
  signal: AbortSignal,
): Promise<ShownHit[]> {
  try {
    const { hits } = await similarIssues(
      await services.db(),
      { ...draft, limit: 2 * SHOWN },
      await services.embedders(),
      signal,
    );
    const trackers = await services.trackers();
    return hits
      .filter(({ row }) => isConfigured(row, trackers))
      .map((hit) => ({ hit, alike: similarity(draft, hit.row) }))
      .filter(({ alike }) => alike >= MIN_SIMILARITY)
      .slice(0, SHOWN)
      .map(({ hit, alike }) => ({ ...showHit(hit), score: Math.round(alike * 1_000) / 1_000 }));
  } catch (error) {
    if (!isPreloopError(error, "store_unavailable")) throw error;
    throw new PreloopError(
      "store_unavailable",
      `Whether a similar issue exists cannot be told: ${messageOf(error)}. Nothing was created; call again later, or with allow_duplicate: true.`,
      { cause: error },
    );
  }
}
