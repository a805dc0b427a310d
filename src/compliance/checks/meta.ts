import { fail, type IssueCheck, notApplicable, partial, pass } from "./finding.ts";
import { isFilled, isOpenQuestion } from "./sections.ts";

const TYPE_LABEL =
  /\b(?:bug|defect|regression|feature|enhancement|improvement|story|task|chore|docs?|documentation|refactor|question|incident|spike)\b/i;
const PRIORITY_LABEL =
  /\b(?:priority|severity|urgency|blocker|critical|p[0-5]|sev[- ]?\d|major|minor|trivial)\b/i;

/** Its type is set, by the tracker or by a label. */
export const typeIsSet: IssueCheck = ({ type, labels }) => {
  if (type !== undefined) return pass(`Its type is ${type}.`);
  if (labels.some((label) => TYPE_LABEL.test(plain(label)))) return pass("A label says its type.");
  return fail(
    "Neither a type nor a label says what kind of work it is.",
    "Is it a bug, a feature or a task? Set a label.",
  );
};

/** It has a label. */
export const labelsAreSet: IssueCheck = ({ labels }) =>
  labels.length > 0
    ? pass(`${labels.length} label${labels.length === 1 ? "" : "s"}.`)
    : fail("It has no label.", "Which part of the product is it about? Set a label.");

/** Its priority is set, where the tracker has priorities. */
export const priorityIsSet: IssueCheck = ({ type, priority, labels }) => {
  if (priority !== undefined) return pass(`Its priority is ${priority}.`);
  if (labels.some((label) => PRIORITY_LABEL.test(plain(label)))) return pass("A label says its priority.");
  if (type === undefined) return notApplicable("The tracker has no priorities.");
  return fail("It has no priority.", "How urgent is it? Set a priority.");
};

function plain(label: string): string {
  return label.replace(/[_/:]+/g, " ");
}

/** Every section says something: none is left empty, or as the template had it. */
export const templateIsFilled: IssueCheck = ({ sections }) => {
  // A question we asked is not the template's.
  const counted = sections.filter((section) => !isOpenQuestion(section));
  if (counted.length < 2) return notApplicable("It follows no template.");
  const empty = counted.filter((section) => !isFilled(section));
  const [first] = empty;
  if (!first) return pass("Every section is filled in.");
  const names = empty.slice(0, 4).map(({ heading }) => `“${heading}”`);
  const reason = `Nothing stands under ${names.join(", ")}.`;
  const at = { in: "body" as const, start: first.start, end: first.start + first.heading.length };
  const advice = `What belongs under ${names.join(", ")}?`;
  return empty.length * 2 > counted.length ? fail(reason, advice, at) : partial(reason, advice, at);
};

// Schemes without their slashes or their host, and Markdown links to nowhere.
const BROKEN = /\bhttps?:\/(?!\/)|\bhttps?:\/\/(?=[\s)\]>,]|$)|\bhttps?\/\/|\]\(\s*\)/;

/** Links lead somewhere, as far as one can see from here. */
export const linksResolve: IssueCheck = ({ body, prose, context: { unknownKeys } }) => {
  const broken = BROKEN.exec(body);
  if (broken)
    return fail("A link leads nowhere.", "Where should it lead?", {
      in: "body",
      start: broken.index,
      end: broken.index + broken[0].length,
    });
  const [unknown] = unknownKeys ?? [];
  if (unknown !== undefined)
    return partial(
      `${unknownKeys!.slice(0, 3).join(", ")}: no such issue is known.`,
      "Which issue is meant?",
    );
  if (!/https?:\/\/|\]\(/.test(body) && !KEY.test(prose)) return notApplicable("It links to nothing.");
  return pass("Its links are well formed.");
};

const KEY = /(?:[\w.-]+\/[\w./-]+)?#\d+\b|\b[A-Z][A-Z0-9]{1,9}-\d+\b/;
