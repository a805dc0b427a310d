import type { Issue, IssueChange, IssueComment, IssueDraft, LinkKind, TrackerKind } from "#model";

/** Port to one configured tracker: a vendor's account with the projects the config names. Markdown in, Markdown out. */
export interface Tracker {
  /** Its name in the config. */
  readonly name: string;
  readonly kind: TrackerKind;
  /** As the config names them. */
  readonly projects: readonly string[];

  /**
   * The key that an identifier means here, whoever it belongs to: a URL of this tracker, `owner/repo#7`, `ABC-1`.
   * Undefined when it cannot be one of this tracker's. Nothing is asked.
   */
  readKey(identifier: string): string | undefined;

  /** @throws issue_unknown, tracker_refused, tracker_limited, tracker_failed, request_cancelled (as all that follow) */
  getIssue(key: string, signal?: AbortSignal): Promise<Issue>;
  /** All comments, oldest first. */
  getComments(key: string, signal?: AbortSignal): Promise<IssueComment[]>;
  /** Sent once: never repeated by itself, since a lost answer may hide a created issue. @throws field_refused by name */
  createIssue(draft: IssueDraft, signal?: AbortSignal): Promise<Issue>;
  /** Sets exactly what the change names. @throws field_refused by name, with the possible values where there are such */
  updateIssue(key: string, change: IssueChange, signal?: AbortSignal): Promise<Issue>;
  /** Refuses what createIssue would refuse of the fields, as far as that can be told before; nothing is created. @throws field_refused */
  checkDraft(draft: IssueDraft, signal?: AbortSignal): Promise<void>;
  /** Refuses what updateIssue would refuse of the fields, as far as that can be told before; nothing is changed. @throws field_refused */
  checkChange(key: string, change: IssueChange, signal?: AbortSignal): Promise<void>;
  addComment(key: string, body: string, signal?: AbortSignal): Promise<IssueComment>;
  /** Where the tracker has no links of the kind, says so in a comment on the issue. */
  linkIssues(key: string, kind: LinkKind, target: string, signal?: AbortSignal): Promise<void>;

  /**
   * What changed in a project since the cursor, oldest change first, page by page, until nothing is left; everything
   * when there is no cursor. May repeat what was seen before, never skips.
   * @throws cursor_refused for a cursor that cannot be read or that the tracker takes no longer: begin without one
   */
  changes(project: string, cursor: string | undefined, signal?: AbortSignal): AsyncIterable<ChangePage>;
  /** The ids of all issues of a project that exist now, page by page: what is missing there is gone or moved. */
  listIds(project: string, signal?: AbortSignal): AsyncIterable<readonly string[]>;
  /** What became of an issue that a listing no longer shows. */
  resolveMissing(
    issue: { readonly id: string; readonly key: string },
    signal?: AbortSignal,
  ): Promise<MissingIssue>;

  /** Asks nothing more; calls in flight are aborted. */
  close(): void;
}

/** Page of changes. A cursor stored with its page resumes right behind it. */
export interface ChangePage {
  readonly issues: readonly Issue[];
  readonly comments: readonly CommentSet[];
  /** The tracker's own words for where it is; opaque to everyone else. */
  readonly cursor: string;
  /** How many issues are to come in all, where the tracker tells. */
  readonly total?: number;
}

/** Comments of one issue: all of them, so that others are gone, or only those that changed. */
export interface CommentSet {
  readonly issueId: string;
  readonly comments: readonly IssueComment[];
  readonly isComplete: boolean;
}

/** State of an issue that a listing no longer shows: there all the same, gone, or moved. */
export type MissingIssue =
  | { readonly kind: "there"; readonly issue: Issue }
  /** Deleted, or no longer ours to see: trackers answer alike. */
  | { readonly kind: "gone" }
  /** It lives on elsewhere. */
  | { readonly kind: "moved"; readonly to: string; readonly url: string };
