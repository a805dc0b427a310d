/** The vendors whose issues preloop reads; Jira Cloud and Jira Data Center are two dialects of one. */
export type TrackerKind = "github" | "gitlab" | "jira";

/** What every tracker's statuses come down to. */
export const ISSUE_STATES = ["open", "closed"] as const;
export type IssueState = (typeof ISSUE_STATES)[number];

/** Address of an issue. People type the key, which may change when the issue moves; the id never does. */
export interface IssueRef {
  /** The tracker's name in the config. */
  readonly tracker: string;
  /** The project as the config names it: `acme/app`, `platform/api`, `APP`. */
  readonly project: string;
  /** The tracker's own stable id. */
  readonly id: string;
  /** `acme/app#7`, `platform/api#7`, `APP-7`. */
  readonly key: string;
}

/** A relation as seen from the issue that holds it. */
export const LINK_KINDS = [
  "duplicates",
  "duplicated_by",
  "blocks",
  "blocked_by",
  "relates",
  "parent",
  "child",
] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

export interface IssueLink {
  readonly kind: LinkKind;
  /** The other issue's key, as the tracker writes it. */
  readonly target: string;
  /** The other issue's tracker id, where the tracker tells. */
  readonly targetId?: string;
}

/** An issue, in the words that all trackers share. Text is Markdown. */
export interface Issue extends IssueRef {
  readonly url: string;
  readonly title: string;
  readonly body: string;
  /** The body as the tracker holds it, where that is not Markdown: ADF as JSON text, or wiki markup. */
  readonly rawBody?: string;
  /** True when the Markdown lacks something of the raw body, so that writing it back would lose it. */
  readonly isLossy: boolean;
  readonly state: IssueState;
  /** The tracker's own word: `open`, `In Review`. */
  readonly status: string;
  /** `Bug`, `Story`, `incident`, where the tracker has types. */
  readonly type?: string;
  readonly priority?: string;
  readonly labels: readonly string[];
  /** The name an update would take: a login, an account id, a user name. */
  readonly assignee?: string;
  /** How people call them. */
  readonly assigneeName?: string;
  readonly author?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly closedAt?: Date;
  readonly commentCount?: number;
  readonly links: readonly IssueLink[];
}

export interface IssueComment {
  /** The tracker's own id, unique within the tracker. */
  readonly id: string;
  readonly author?: string;
  /** Markdown. */
  readonly body: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Contents of a new issue. */
export interface IssueDraft {
  readonly project: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly labels?: readonly string[];
  readonly assignee?: string;
  readonly priority?: string;
  /** A state (`open`, `closed`) or the tracker's own word. */
  readonly status?: string;
  /** `Bug`, `Task`; the tracker's or the project's first type without it. */
  readonly type?: string;
}

/** Changes that an update makes; `null` clears, and what is left out stays. Labels replace all labels. */
export interface IssueChange {
  readonly title?: string;
  readonly body?: string;
  readonly labels?: readonly string[];
  readonly assignee?: string | null;
  readonly priority?: string | null;
  /** A state (`open`, `closed`) or the tracker's own word. */
  readonly status?: string;
}
