import { PreloopError } from "#base";
import type { Issue } from "#model";
import type { Tracker } from "#trackers";

/** Address of an issue: its tracker, and its key there. */
export interface IssueAddress {
  readonly tracker: Tracker;
  readonly key: string;
}

/**
 * The one tracker and key that an identifier means. `tracker:key` is always exact; anything else must fit one configured
 * project, since a guess could read or change somebody else's issue.
 * @throws tracker_unconfigured, issue_unknown, issue_ambiguous with the candidates
 */
export function findIssue(identifier: string, trackers: readonly Tracker[]): IssueAddress {
  requireTrackers(trackers);
  const text = identifier.trim();
  const named = splitName(text, trackers);
  const asked = named ? [named.tracker] : trackers;
  const wanted = named?.rest ?? text;
  const readable = asked.flatMap((tracker) => {
    const key = tracker.readKey(wanted) ?? tracker.readKey(shortForm(wanted, trackers));
    return key === undefined ? [] : [{ tracker, key }];
  });
  const within = readable.filter(({ tracker, key }) => isOwn(tracker, projectOfKey(key)));
  if (within.length === 1) return within[0]!;
  if (within.length > 1)
    throw new PreloopError(
      "issue_ambiguous",
      `"${text}" could be ${within.map(({ tracker, key }) => `${tracker.name}:${key}`).join(" or ")}. Write one of these.`,
    );
  if (readable.length > 0) throw foreign(readable[0]!);
  throw new PreloopError(
    "issue_unknown",
    `"${text}" names no issue. Write its URL, owner/repo#7, group/project#7, ABC-1 or tracker:key; configured: ${listed(trackers)}.`,
  );
}

/** The tracker that holds a project, and the project as the config writes it. @throws as {@link findIssue} */
export function findProject(
  text: string,
  trackers: readonly Tracker[],
): { readonly tracker: Tracker; readonly project: string } {
  requireTrackers(trackers);
  const named = splitName(text.trim(), trackers);
  const asked = named ? [named.tracker] : trackers;
  const wanted = named?.rest ?? text.trim();
  const found = asked.flatMap((tracker) =>
    tracker.projects.filter((one) => same(one, wanted)).map((project) => ({ tracker, project })),
  );
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new PreloopError(
      "issue_ambiguous",
      `"${text}" could be ${found.map(({ tracker, project }) => `${tracker.name}:${project}`).join(" or ")}. Write one of these.`,
    );
  throw new PreloopError("issue_unknown", `No project "${text}"; configured: ${listed(trackers)}.`);
}

/** The tracker of that name. @throws issue_unknown with the names there are */
export function findTracker(name: string, trackers: readonly Tracker[]): Tracker {
  requireTrackers(trackers);
  const tracker = trackers.find((one) => same(one.name, name));
  if (tracker) return tracker;
  throw new PreloopError("issue_unknown", `No tracker "${name}"; configured: ${listed(trackers)}.`);
}

/** True for what lies in a project of the config, as far as its tracker tells. */
export function isConfigured(
  { tracker, project }: Pick<Issue, "tracker" | "project">,
  trackers: readonly Tracker[],
): boolean {
  return trackers.some((one) => one.name === tracker && isOwn(one, project));
}

/**
 * The issue as its tracker has it now. One that was moved out of the configured projects is refused: what people allow
 * and approve is said of the place they know. @throws issue_unknown, and what the tracker says
 */
export async function fetchAddressedIssue(
  { tracker, key }: IssueAddress,
  signal: AbortSignal,
): Promise<Issue> {
  const issue = await tracker.getIssue(key, signal);
  if (!isOwn(tracker, issue.project)) throw foreign({ tracker, key: issue.key });
  return issue;
}

/** @throws tracker_unconfigured that says how to configure one */
export function requireTrackers(trackers: readonly Tracker[]): void {
  if (trackers.length > 0) return;
  throw new PreloopError(
    "tracker_unconfigured",
    'No issue tracker is configured. Ask the user to add one to preloop.config.json, for example "trackers": ' +
      '{"gh": {"type": "github", "token": "$' +
      '{GITHUB_TOKEN}", "projects": ["owner/repo"]}}, and to run preloop sync.',
  );
}

// The name of a tracker cannot hold a colon's left side of a URL: `https` would have to be its name.
function splitName(text: string, trackers: readonly Tracker[]) {
  const at = text.indexOf(":");
  const tracker = trackers.find(({ name }) => name === text.slice(0, at));
  return at > 0 && tracker ? { tracker, rest: text.slice(at + 1) } : undefined;
}

// `#7` is enough where there is one project only.
function shortForm(text: string, trackers: readonly Tracker[]): string {
  const projects = trackers.flatMap((tracker) => tracker.projects);
  return /^#?\d+$/.test(text) && projects.length === 1 ? `${projects[0]}#${text.replace("#", "")}` : text;
}

function projectOfKey(key: string): string {
  const at = key.lastIndexOf("#");
  return key.slice(0, at >= 0 ? at : key.lastIndexOf("-"));
}

function isOwn(tracker: Tracker, project: string): boolean {
  return tracker.projects.some((one) => same(one, project));
}

function foreign({ tracker, key }: IssueAddress): PreloopError {
  return new PreloopError(
    "issue_unknown",
    `${key} is in ${projectOfKey(key)}, which is not among the projects of ${tracker.name} (${tracker.projects.join(", ")}). ` +
      `Ask the user to add it to trackers.${tracker.name}.projects.`,
  );
}

function listed(trackers: readonly Tracker[]): string {
  return trackers.map(({ name, projects }) => `${name} (${projects.join(", ")})`).join(", ");
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
