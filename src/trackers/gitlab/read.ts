import * as z from "zod";
import type { Issue, IssueComment, IssueLink } from "#model";
import type { TrackerAnswer } from "../http/types.ts";
import { findPlace, type ProjectKeys, type ProjectPlace } from "../project-keys.ts";
import { readAs } from "../read-as.ts";
import { issueUnknown, unexpected } from "../refusals.ts";
import type { MissingIssue } from "../types.ts";
import type { GitLabClient } from "./client.ts";
import { type GitLabIssue, type GitLabNote, issueSchema, linkedSchema, noteSchema } from "./schema.ts";
import { toComment, toIssue, toLinks } from "./to-issue.ts";

/** Context of one configured GitLab: its name, client and keys. */
export interface GitLabContext {
  readonly name: string;
  readonly client: GitLabClient;
  readonly keys: ProjectKeys;
}

/** The issue a key leads to, at its new place when it was moved to one we may see. @throws issue_unknown */
export async function fetchIssue(lab: GitLabContext, key: string, signal?: AbortSignal): Promise<Issue> {
  const place = findPlace(lab, key);
  const issue = await findIssue(lab, place, signal);
  if (!issue) throw issueUnknown(lab.name, place.key);
  const next = issue.moved_to_id ? await movedTo(lab, place, signal) : undefined;
  const moved = next && (await findIssue(lab, next, signal));
  return moved ? withLinks(lab, moved, next, signal) : withLinks(lab, issue, place, signal);
}

/** What became of an issue that listings no longer show. */
export async function resolveMissing(
  lab: GitLabContext,
  { id, key }: { readonly id: string; readonly key: string },
  signal?: AbortSignal,
): Promise<MissingIssue> {
  const place = findPlace(lab, key);
  const issue = await findIssue(lab, place, signal);
  if (!issue) return { kind: "gone" };
  if (issue.moved_to_id) {
    const next = await movedTo(lab, place, signal);
    const moved = next && (await findIssue(lab, next, signal));
    return moved ? { kind: "moved", to: next.key, url: moved.web_url } : { kind: "gone" };
  }
  // The project's path may belong to another project by now.
  if (String(issue.id) !== id) return { kind: "gone" };
  return { kind: "there", issue: await withLinks(lab, issue, place, signal) };
}

async function findIssue(
  lab: GitLabContext,
  place: ProjectPlace,
  signal?: AbortSignal,
): Promise<GitLabIssue | undefined> {
  const about = `issue ${place.key}`;
  const answer = await lab.client.ask({ about, signal }, ({ issues }) =>
    issues.show(place.number, { projectId: place.project }),
  );
  if (answer.status === 404 || answer.status === 410) return undefined;
  return readIssueAnswer(lab, answer, about);
}

export function readIssueAnswer(lab: GitLabContext, answer: TrackerAnswer, about: string): GitLabIssue {
  if (answer.status >= 300) throw unexpected(lab.name, about, answer);
  return readAs(issueSchema, answer.data, { tracker: lab.name, about });
}

/** The issue with its relations, which GitLab keeps apart. */
export async function withLinks(
  lab: GitLabContext,
  issue: GitLabIssue,
  place: ProjectPlace,
  signal?: AbortSignal,
): Promise<Issue> {
  return toIssue(lab.name, issue, place, await getLinks(lab, issue, place, signal));
}

async function getLinks(
  lab: GitLabContext,
  issue: GitLabIssue,
  place: ProjectPlace,
  signal?: AbortSignal,
): Promise<IssueLink[]> {
  const about = `the links of ${place.key}`;
  const answer = await lab.client.ask({ about, signal }, ({ links }) =>
    links.all(place.project, place.number),
  );
  // Deleted a moment ago, or a GitLab without links: an issue without them is still an issue.
  if (answer.status === 404) return [];
  if (answer.status >= 300) throw unexpected(lab.name, about, answer);
  const linked = readAs(z.array(linkedSchema), answer.data, { tracker: lab.name, about });
  return toLinks(issue, linked, place, lab.keys);
}

/** All comments, oldest first. @throws issue_unknown */
export async function fetchComments(
  lab: GitLabContext,
  key: string,
  signal?: AbortSignal,
): Promise<IssueComment[]> {
  const place = findPlace(lab, key);
  const notes = await listNotes(lab, place, "only_comments", signal);
  if (!notes) throw issueUnknown(lab.name, place.key);
  // A GitLab that does not know the filter sends its own remarks, too.
  return notes.filter(({ system }) => !system).map(toComment);
}

/** Undefined when there is no such issue. */
async function listNotes(
  lab: GitLabContext,
  place: ProjectPlace,
  filter: "only_comments" | "only_activity",
  signal?: AbortSignal,
): Promise<GitLabNote[] | undefined> {
  const about = `the comments of ${place.key}`;
  const notes: GitLabNote[] = [];
  for (let page = 1; ; page++) {
    const query = { orderBy: "created_at", sort: "asc", perPage: 100, page, activityFilter: filter } as const;
    const answer = await lab.client.ask({ about, signal }, (gitlab) =>
      gitlab.notes.all(place.project, place.number, query),
    );
    if (answer.status === 404) return undefined;
    if (answer.status >= 300) throw unexpected(lab.name, about, answer);
    notes.push(...readAs(z.array(noteSchema), answer.data, { tracker: lab.name, about }));
    if (!/rel="next"/.test(answer.headers.get("link") ?? "")) return notes;
  }
}

// The issue names its new id only, by which nobody but an administrator may ask; its history has the new key.
async function movedTo(
  lab: GitLabContext,
  place: ProjectPlace,
  signal?: AbortSignal,
): Promise<ProjectPlace | undefined> {
  const notes = (await listNotes(lab, place, "only_activity", signal)) ?? [];
  for (const { body } of notes.filter(({ system }) => system).reverse()) {
    const [, target] = /^moved to (\S+#\d+)/.exec(body) ?? [];
    if (!target) continue;
    // Within a group, GitLab leaves the group out.
    const group = place.project.slice(0, place.project.lastIndexOf("/"));
    return lab.keys.place(target) ?? lab.keys.place(`${group}/${target}`);
  }
  return undefined;
}
