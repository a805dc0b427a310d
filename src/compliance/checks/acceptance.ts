import type { MarkdownLine } from "../text/markdown-lines.ts";
import type { ParsedIssue } from "../text/parse-issue.ts";
import { fail, type IssueCheck, type IssueSpan, inEnglish, notApplicable, partial, pass } from "./finding.ts";
import { filledSection } from "./sections.ts";
import { ACTION } from "./verbs.ts";

interface AcceptanceCriteria {
  readonly how: string;
  readonly criteria: readonly MarkdownLine[];
}

const HEADING =
  /\b(?:acceptance|definition of done|done when|success criteria|success looks|must have|requirements?)\b/i;
const GHERKIN = /^\s*(?:[-*]\s*)?(?:\*\*|__)?(given|when|then)\b/i;

/** What the issue is to be accepted by, if it says so. */
export function acceptanceCriteriaOf(issue: ParsedIssue): AcceptanceCriteria | undefined {
  const section = filledSection(issue, HEADING);
  if (section) {
    const said = section.content.filter(({ kind }) => kind === "prose" || kind === "item");
    const items = said.filter(({ kind }) => kind === "item");
    return { how: "There is a section with acceptance criteria.", criteria: items.length > 0 ? items : said };
  }
  const steps = issue.lines.filter(({ text, kind }) => kind !== "code" && GHERKIN.test(text));
  const words = new Set(steps.map(({ text }) => GHERKIN.exec(text)![1]!.toLowerCase()));
  if (words.has("then") && words.size > 1)
    return { how: "Given, when, then.", criteria: steps.filter(({ text }) => /\bthen\b/i.test(text)) };
  const boxes = issue.lines.filter(({ marker }) => marker === "box");
  return boxes.length >= 2 ? { how: `${boxes.length} checkboxes.`, criteria: boxes } : undefined;
}

const ASK = "By what will everyone see that it is done? One criterion a line.";

/** Says by what it is accepted. */
export const hasAcceptance: IssueCheck = inEnglish((issue) => {
  const acceptance = acceptanceCriteriaOf(issue);
  if (acceptance) return pass(acceptance.how, placeOfLines(acceptance.criteria));
  const items = issue.lines.filter(({ kind }) => kind === "item");
  if (items.length >= 3)
    return partial("There is a list, but nothing says that it decides.", ASK, placeOfLines(items));
  return fail("Nothing says when it is done.", ASK);
});

const OBSERVABLE =
  /\d|["“”'`]|\b(?:is|are|be|has|have|shows?|shown|displays?|displayed|returns?|returned|sees?|seen|visible|hidden|enabled|disabled|message|error|status|list|page|button|field|file|log|email|notification|appears?|contains?|equals?|matches|redirect(?:s|ed)?|created|saved|deleted|removed|updated|sent|received|rejected|accepted|passes|fails|within|at (?:least|most)|no more than|only|never|always|must|can(?:not)?)\b/i;

/** Each criterion can be seen to be true or false. */
export const isTestable: IssueCheck = inEnglish((issue) => {
  const { criteria = [] } = acceptanceCriteriaOf(issue) ?? {};
  if (criteria.length === 0) return notApplicable("There are no acceptance criteria to look at.");
  const vague = criteria.filter(
    ({ item, text }) => !(OBSERVABLE.test(item ?? text) || ACTION.test(item ?? text)),
  );
  if (vague.length === 0) return pass("Each criterion names something that can be observed.");
  const reason = `${vague.length} of ${criteria.length} criteria name nothing that can be observed.`;
  const ask = "What would a tester see, and where?";
  const at = placeOfLines(vague.slice(0, 1));
  return vague.length * 2 > criteria.length ? fail(reason, ask, at) : partial(reason, ask, at);
});

const END_STATE =
  /\b(?:should|must|so that|done when|results? in|is (?:done|finished|complete)|will (?:be|have|no longer)|needs? to|has to|have to|instead of|afterwards|the (?:goal|outcome|result))\b/i;

/** Orders one thing, and says what is true afterwards. */
export const taskHasOutcome: IssueCheck = inEnglish((issue) => {
  const ask = "What is true when this is done that is not true today?";
  const isOrder = ACTION.exec(issue.title.replace(/^\W*(?:\[[^\]]*\]\s*|\w+:\s+)?/, ""))?.index === 0;
  const state = END_STATE.exec(issue.prose);
  const at: IssueSpan | undefined = state
    ? { in: "body", start: state.index, end: state.index + state[0].length }
    : undefined;
  const hasEnd = state !== null || acceptanceCriteriaOf(issue) !== undefined;
  if (isOrder && hasEnd) return pass("The title says what to do, the text what comes of it.", at);
  if (hasEnd) return partial("The title does not say what to do.", "Can the title begin with a verb?", at);
  if (isOrder) return partial("It says what to do, but not what is true afterwards.", ask);
  return fail("It says neither what to do nor what is true afterwards.", ask);
});

function placeOfLines(lines: readonly MarkdownLine[]): IssueSpan | undefined {
  const [first] = lines;
  return first && { in: "body", start: first.start, end: lines.slice(0, 3).at(-1)!.end };
}
