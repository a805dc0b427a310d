import type { Clock, Log } from "#base";
import type { Metrics } from "#compliance";
import type { BuiltinCall, LanguageModel } from "#model";
import type { Embedders } from "#search";
import type { Db } from "#store";
import type { Tracker } from "#trackers";

/** What the six tools work with; each part is opened when first asked for. */
export interface IssueServices {
  readonly trackers: () => Promise<readonly Tracker[]>;
  readonly db: () => Promise<Db>;
  readonly metrics: () => Promise<Metrics>;
  /** The model that reads issues: the configured one, else the client's own; undefined where there is neither. */
  readonly model: (call: BuiltinCall) => Promise<LanguageModel | undefined>;
  /** The models that embed besides the built-in embedding. */
  readonly embedders: () => Promise<Embedders>;
  /** Something was kept anew, which search should come to know. */
  readonly onStored: () => void;
  readonly clock: Clock;
  readonly log: Log;
}
