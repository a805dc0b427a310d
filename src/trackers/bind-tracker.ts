import type { Issue, IssueChange, IssueComment, IssueDraft, LinkKind } from "#model";
import type { ChangePage, MissingIssue, Tracker } from "./types.ts";

/** Link to be made: its kind, and the key or address of the issue it leads to. */
export interface WantedLink {
  readonly kind: LinkKind;
  readonly target: string;
}

/** Calls of one vendor, each with that vendor's context first: what the port promises, in the vendor's own terms. */
export interface VendorCalls<Context> {
  fetchIssue(context: Context, key: string, signal?: AbortSignal): Promise<Issue>;
  fetchComments(context: Context, key: string, signal?: AbortSignal): Promise<IssueComment[]>;
  postIssue(context: Context, draft: IssueDraft, signal?: AbortSignal): Promise<Issue>;
  patchIssue(context: Context, key: string, change: IssueChange, signal?: AbortSignal): Promise<Issue>;
  checkDraft(context: Context, draft: IssueDraft, signal?: AbortSignal): Promise<void>;
  checkChange(context: Context, key: string, change: IssueChange, signal?: AbortSignal): Promise<void>;
  postComment(context: Context, key: string, body: string, signal?: AbortSignal): Promise<IssueComment>;
  postLink(context: Context, key: string, link: WantedLink, signal?: AbortSignal): Promise<void>;
  changes(
    context: Context,
    project: string,
    cursor: string | undefined,
    signal?: AbortSignal,
  ): AsyncIterable<ChangePage>;
  listIds(context: Context, project: string, signal?: AbortSignal): AsyncIterable<readonly string[]>;
  resolveMissing(
    context: Context,
    issue: { readonly id: string; readonly key: string },
    signal?: AbortSignal,
  ): Promise<MissingIssue>;
}

/** Parts of a vendor's context that the port itself needs. */
interface VendorContext {
  readonly name: string;
  readonly keys: { read(identifier: string): string | undefined };
  readonly client: { close(): void };
}

/** The port over a vendor's calls and the context that they share. */
export function bindTracker<Context extends VendorContext>(
  { kind, projects }: Pick<Tracker, "kind" | "projects">,
  context: Context,
  calls: VendorCalls<Context>,
): Tracker {
  return {
    name: context.name,
    kind,
    projects,
    readKey: context.keys.read,
    getIssue: (key, signal) => calls.fetchIssue(context, key, signal),
    getComments: (key, signal) => calls.fetchComments(context, key, signal),
    createIssue: (draft, signal) => calls.postIssue(context, draft, signal),
    updateIssue: (key, change, signal) => calls.patchIssue(context, key, change, signal),
    checkDraft: (draft, signal) => calls.checkDraft(context, draft, signal),
    checkChange: (key, change, signal) => calls.checkChange(context, key, change, signal),
    addComment: (key, body, signal) => calls.postComment(context, key, body, signal),
    linkIssues: (key, kind, target, signal) => calls.postLink(context, key, { kind, target }, signal),
    changes: (project, cursor, signal) => calls.changes(context, project, cursor, signal),
    listIds: (project, signal) => calls.listIds(context, project, signal),
    resolveMissing: (issue, signal) => calls.resolveMissing(context, issue, signal),
    close: context.client.close,
  };
}
