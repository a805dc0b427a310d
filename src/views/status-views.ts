import type { ApprovalStatus } from "#model";

/** Status of an approval as each face shows it. */
export interface StatusView {
  /** The word alone; each face puts a symbol before it, so that nothing hangs on a colour. */
  readonly word: string;
  /** Symbol in printed lines. */
  readonly line: string;
  /** Symbol on the full screen, and its tone. */
  readonly screen: { readonly symbol: string; readonly tone: "good" | "quiet" | "title" | "warn" };
  /** Title and sentence of the page for someone who came to decide, and the entry in its list of earlier calls. */
  readonly page: {
    readonly title: string;
    readonly sentence: string;
    /** `by` is empty, or ` by ` and a name. */
    readonly past: (by: string) => string;
  };
}

/** The statuses of approvals, each with its words in every face. */
export const STATUS_VIEWS: Readonly<Record<ApprovalStatus, StatusView>> = {
  pending: {
    word: "waiting",
    line: "?",
    screen: { symbol: "◔", tone: "title" },
    page: { title: "Waiting", sentence: "It waits for a decision.", past: () => "still waiting" },
  },
  approved: {
    word: "approved",
    line: "+",
    screen: { symbol: "✓", tone: "good" },
    page: {
      title: "Already approved",
      sentence: "The call runs as soon as its agent picks it up.",
      past: (by) => `approved${by}`,
    },
  },
  running: {
    word: "running",
    line: ">",
    screen: { symbol: "▸", tone: "good" },
    page: {
      title: "Already approved",
      sentence: "The call is running.",
      past: (by) => `approved${by}, running`,
    },
  },
  executed: {
    word: "executed",
    line: "+",
    screen: { symbol: "✓", tone: "good" },
    page: { title: "Already approved", sentence: "The call ran.", past: (by) => `approved${by}, ran` },
  },
  failed: {
    word: "failed",
    line: "x",
    screen: { symbol: "▲", tone: "warn" },
    page: {
      title: "Already approved",
      sentence: "The call ran, and its server answered with an error.",
      past: (by) => `approved${by}, failed`,
    },
  },
  denied: {
    word: "denied",
    line: "-",
    screen: { symbol: "✗", tone: "warn" },
    page: { title: "Already denied", sentence: "The call did not run.", past: (by) => `denied${by}` },
  },
  expired: {
    word: "expired",
    line: ".",
    screen: { symbol: "○", tone: "quiet" },
    page: {
      title: "Too late",
      sentence: "The deadline passed before a decision. The call did not run.",
      past: () => "expired",
    },
  },
  cancelled: {
    word: "cancelled",
    line: ".",
    screen: { symbol: "○", tone: "quiet" },
    page: {
      title: "No longer needed",
      sentence: "The agent stopped waiting. The call did not run.",
      past: () => "cancelled",
    },
  },
  superseded: {
    word: "superseded",
    line: ".",
    screen: { symbol: "○", tone: "quiet" },
    page: {
      title: "No longer valid",
      sentence:
        "The tool, the policy or the session changed after the question was asked. The call did not run.",
      past: () => "superseded",
    },
  },
  unknown: {
    word: "outcome unknown",
    line: "?",
    screen: { symbol: "?", tone: "warn" },
    page: {
      title: "Already approved",
      sentence: "The call was started, and preloop could not see how it ended. It is not run again.",
      past: (by) => `approved${by}, outcome unknown`,
    },
  },
};
