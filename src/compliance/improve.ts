import { isPreloopError, messageOf } from "#base";
import { type AssessOptions, assess, assessByRules } from "./assess.ts";
import { containsSecret, maskSecrets } from "./checks/hygiene.ts";
import { askForChanges } from "./improve/ask-for-changes.ts";
import { diffOf } from "./improve/diff.ts";
import { questionsFor, withQuestions } from "./improve/questions.ts";
import { rearrange } from "./improve/rearrange.ts";
import { tidyBody, tidyTitle } from "./improve/tidy.ts";
import { loadIssueContext } from "./issue-context.ts";
import { parseIssue } from "./text/parse-issue.ts";
import type { AssessedIssue, Assessment, Metric } from "./types.ts";

/** Options of an improvement. */
export interface ImproveOptions extends AssessOptions {
  /** What was said before; assessed anew without it. */
  readonly assessment?: Assessment | undefined;
}

/** Changes that would make an issue better, ready to be used and easy to read. */
export interface Improvement {
  /** Arguments of `update_issue`; empty when there is nothing to set. */
  readonly arguments: { readonly title?: string; readonly description?: string };
  /** What only people can answer: facts that are missing, fields to set. */
  readonly questions: readonly string[];
  /** Unified, of title and description; secrets masked on both sides. Empty when nothing changes. */
  readonly diff: string;
  /** By the rules alone on both sides, so that the two compare. */
  readonly before: Assessment;
  readonly after: Assessment;
  readonly notes: readonly string[];
}

/**
 * A better version of an issue: what its author wrote, word for word, laid out, with a `TODO:` question for each fact
 * that is missing. Nothing is invented, and the score does not get worse. @throws request_cancelled, store_unavailable
 */
export async function improve(
  issue: AssessedIssue,
  metric: Metric,
  options: ImproveOptions = {},
): Promise<Improvement> {
  const assessment = options.assessment ?? (await assess(issue, metric, options));
  const context = options.store ? await loadIssueContext(options.store, issue) : {};
  const score = (draft: AssessedIssue) => assessByRules(parseIssue(draft, context), metric);
  const changes = await changesOf(issue, assessment, options);
  const before = score(issue);
  const tidied = score({ ...issue, body: tidyBody(parseIssue(issue), issue.body) });
  const open = assessment.criteria.map((one, at) =>
    tidied.criteria[at]?.verdict === "pass" ? tidied.criteria[at] : one,
  );
  const questions = questionsFor({ criteria: open }, metric, changes.questions);
  const drafts = draftsOf(issue, questions, { changes, assessment });
  const scored = drafts.map((draft) => ({ draft, after: score(draft) }));
  const { draft, after } = scored.find((one) => !isWorse(one.after, before)) ?? {
    draft: issue,
    after: before,
  };
  return {
    arguments: {
      ...(draft.title !== issue.title && { title: draft.title }),
      ...(draft.body !== issue.body && { description: draft.body }),
    },
    questions: questions.map(({ text }) => text),
    diff: diffOf(issue, draft),
    before,
    after,
    notes: [
      ...assessment.notes,
      ...changes.notes,
      ...(issue.isLossy ? [LOSSY] : []),
      ...(containsSecret(issue.body) && !containsSecret(draft.body) ? [MASKED] : []),
    ],
  };
}

const MASKED =
  "What looked like a secret is taken out of the description; make it invalid where it came from, too.";
const LOSSY = "The tracker holds more of the description than Markdown can say, so none is proposed.";

interface Changes {
  readonly title?: string | undefined;
  readonly sections?: Awaited<ReturnType<typeof askForChanges>>["sections"];
  readonly questions: readonly string[];
  readonly notes: readonly string[];
}

async function changesOf(
  issue: AssessedIssue,
  assessment: Assessment,
  { model, signal }: ImproveOptions,
): Promise<Changes> {
  if (!model) return { questions: [], notes: [] };
  try {
    return { ...(await askForChanges(parseIssue(issue), assessment, { model, signal })), notes: [] };
  } catch (error) {
    if (!isPreloopError(error, "model_failed")) throw error;
    const note = `${messageOf(error)}; rules alone were used`;
    return { questions: [], notes: assessment.notes.includes(note) ? [] : [note] };
  }
}

interface Drafting {
  readonly changes: Changes;
  readonly assessment: Assessment;
}

/** From the boldest change to none at all. */
function draftsOf(
  issue: AssessedIssue,
  questions: ReturnType<typeof questionsFor>,
  { changes: { title, sections }, assessment }: Drafting,
): AssessedIssue[] {
  const tidy = { ...issue, title: maskSecrets(tidyTitle(title ?? issue.title)) };
  if (issue.isLossy) return [tidy, { ...issue, title: maskSecrets(tidyTitle(issue.title)) }];
  const finished = (draft: AssessedIssue) => {
    const body = withQuestions(parseIssue(draft), draft.body, questions);
    const masked = maskSecrets(body);
    // What we add ends its lines as the author's lines end.
    const isCrlf = issue.body.includes("\r\n") && masked !== issue.body;
    return {
      ...draft,
      title: maskSecrets(draft.title),
      body: isCrlf ? masked.replace(/\r?\n/g, "\r\n") : masked,
    };
  };
  const tidied = { ...tidy, body: tidyBody(parseIssue(issue), issue.body) };
  const rearranged = sections && { ...tidied, body: rearrange(tidied.body, sections, assessment.kind) };
  return [
    ...(rearranged ? [finished(rearranged)] : []),
    finished(tidied),
    finished({ ...issue, title: tidyTitle(issue.title) }),
    finished(issue),
  ];
}

function isWorse(after: Assessment, before: Assessment): boolean {
  if (after.score === null || before.score === null) return after.score !== before.score;
  return after.direction === "higher_is_better" ? after.score < before.score : after.score > before.score;
}
