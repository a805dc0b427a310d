import type { ParsedIssue } from "../text/parse-issue.ts";
import { acceptanceCriteriaOf } from "./acceptance.ts";
import {
  anywhere,
  fail,
  type IssueCheck,
  type IssueSpan,
  inEnglish,
  inProse,
  notApplicable,
  partial,
  pass,
  sentenceAround,
  wordsIn,
} from "./finding.ts";
import { filledSection, placeOfSection } from "./sections.ts";
import { ACTION } from "./verbs.ts";

const ROLE =
  /\bas (?:an?|the) ([^,.\n]{2,60}?),?\s+I(?:['’]d)? (?:want|need|would like|like|can|should|must|wish)\b/i;
const MEANS =
  /\b(?:(?:I|we|users?|customers?|admins?|developers?|people|it) (?:want|need|would like|should be able|must be able|should be possible|can)|it would be (?:nice|great|useful|good|helpful|cool)|allow(?:s|ing)? (?:\w+ ){0,3}to|(?:please )?(?:add|support|implement|provide|expose|introduce)\b)/i;

/** Says who wants what. */
export const storyIsWellFormed: IssueCheck = inEnglish((issue) => {
  const ask = "Who needs this, and what do they need to do?";
  const role = anywhere(issue, ROLE);
  if (role) {
    const whole = sentenceAround(issue, role);
    const roles = new Set(
      [...textOf(issue, whole).matchAll(/\bas an? ([\w -]{2,40}?),? I\b/gi)].map(([, who]) =>
        who!.toLowerCase(),
      ),
    );
    if (roles.size > 1)
      return partial("It speaks for more than one role.", "Can it be one issue for each role?", whole);
    return pass("It says who wants what.", whole);
  }
  const means = anywhere(issue, MEANS);
  if (means) return partial("It says what is wanted, but not for whom.", ask, sentenceAround(issue, means));
  return fail("It does not say who wants what.", ask);
});

const WHY =
  /\b(?:so that|so (?:we|users?|they|I|it) can|in order to|because|since it|this (?:would|will) (?:allow|help|make|enable|let|save|reduce)|that way|otherwise|to (?:avoid|reduce|enable|ensure|prevent|save|improve)|the (?:reason|goal|purpose|benefit|motivation))\b/i;

/** Says why. */
export const storySaysWhy: IssueCheck = inEnglish((issue) => {
  const ask = "What does it make possible, or what goes wrong without it?";
  const section = filledSection(
    issue,
    /\b(?:why|motivation|background|value|benefit|rationale|problem|use ?case|goal)/i,
  );
  if (section) return pass("There is a section with the reason.", placeOfSection(section));
  const cue = anywhere(issue, WHY);
  if (!cue) return fail("It does not say why.", ask);
  const rest = textOf(issue, { ...cue, start: cue.end, end: cue.end + 200 });
  if (wordsIn(rest) < 2) return partial("The reason breaks off.", ask, sentenceAround(issue, cue));
  return pass("It says why.", sentenceAround(issue, cue));
});

/** Asks for one thing. */
export const storyIsAtomic: IssueCheck = inEnglish((issue) => {
  const wish = storySentence(issue);
  const text = textOf(issue, wish).replace(/\b(?:so that|in order to|because)\b.*$/is, "");
  const ask = "Can it be one issue for each of the things it asks for?";
  if ((text.match(/\bI (?:want|need)\b/gi)?.length ?? 0) > 1)
    return fail("It asks for more than one thing.", ask, wish);
  const joined = [...text.matchAll(/(?:\band\b|&|\+|\bas well as\b)(?:\s+also)?\s+(?:to\s+)?([\w-]+)/gi)];
  if (
    joined.some(
      ([, word]) =>
        ACTION.test(word!) && !/^(?:sets?|logs?|tests?|views?|builds?|types?|uses?)$/i.test(word!),
    )
  )
    return partial("It joins two things by “and”.", ask, wish);
  return pass("It asks for one thing.");
});

/** Leaves the how open. */
export const storyIsMinimal: IssueCheck = inEnglish((issue) => {
  const role = anywhere(issue, ROLE);
  if (!role) return notApplicable("There is no story sentence to look at.");
  const wish = sentenceAround(issue, role);
  const text = issue[wish.in].slice(wish.start, wish.end);
  const detail =
    /\([^)]{3,}\)|\b[\w-]+\.(?:ts|js|tsx|jsx|py|java|go|rb|cs|cpp|sql|html|css|json|yml|yaml)\b|`[^`]+`|\b[a-z]+_[a-z_]+\b|\b[a-z]+[A-Z]\w+\b/.exec(
      text,
    );
  if (!detail) return pass("The story says what, and leaves the how open.", wish);
  return partial("The story says how, too.", "Can the design go into notes of its own?", {
    in: wish.in,
    start: wish.start + detail.index,
    end: wish.start + detail.index + detail[0].length,
  });
});

const VAGUE =
  /\b(?:several|various|etc\.?|and so on|user[- ]friendly|fast(?:er)?|quick(?:ly)?|eas(?:y|ily|ier)|simple|intuitive|better|nicer|appropriate(?:ly)?|as (?:needed|appropriate|required)|if (?:necessary|possible)|somehow|some ?(?:thing|how|times)|properly|robust|flexible|seamless(?:ly)?|modern|scalable|tbd|to be (?:defined|decided|determined)|asap|stuff)\b|\?{3}/gi;

/** Uses words that two readers would read alike. */
export const isUnambiguous: IssueCheck = inEnglish((issue) => {
  const found = [...issue.prose.matchAll(VAGUE)];
  const [first] = found;
  if (!first) return pass("No vague words.");
  const words = [...new Set(found.map(([word]) => word.toLowerCase()))].slice(0, 5);
  const advice = `What exactly is meant by ${words.map((word) => `“${word}”`).join(", ")}?`;
  const at: IssueSpan = { in: "body", start: first.index, end: first.index + first[0].length };
  const reason = `Vague words: ${words.join(", ")}.`;
  return found.length > 3 ? fail(reason, advice, at) : partial(reason, advice, at);
});

const EPIC =
  /\b(?:epic|entire|whole (?:app|application|system|product|site)|everything|overhaul|redesign|rewrite|end[- ]to[- ]end|complete (?:rewrite|redesign)|all (?:the )?(?:pages|screens|platforms|modules|features|apis|endpoints))\b/i;
const MAX_CRITERIA = 8;
const MAX_WORDS = 400;

/** Fits into one piece of work, by its looks. */
export const isSmall: IssueCheck = inEnglish((issue) => {
  const epic = anywhere(issue, EPIC);
  const criteria = acceptanceCriteriaOf(issue)?.criteria.length ?? 0;
  const words = wordsIn(issue.prose);
  const faults = [
    epic && `speaks of “${textOf(issue, epic).toLowerCase()}”`,
    criteria > MAX_CRITERIA && `has ${criteria} acceptance criteria`,
    words > MAX_WORDS && `has ${words} words`,
  ].filter((fault): fault is string => typeof fault === "string");
  if (faults.length === 0) return pass("Nothing says that it is large.");
  const reason = `It ${faults.join(" and ")}.`;
  const advice = "Which part of it can be done and shown first?";
  return faults.length > 1 ? fail(reason, advice, epic) : partial(reason, advice, epic);
});

const DEPENDS =
  /\b(?:depends? on|dependent on|blocked by|blocks on|waiting (?:for|on)|requires? (?:the )?(?:completion|other|previous)|needs? to be done (?:after|first)|cannot start (?:until|before)|prerequisite)\b/i;
const LINKED = /(?:[\w./-]+)?#\d+\b|\b[A-Z][A-Z0-9]{1,9}-\d+\b|\bhttps?:\/\//;

/** Names what it waits for, if it waits for anything. */
export const isIndependent: IssueCheck = inEnglish((issue) => {
  const cue = anywhere(issue, DEPENDS);
  if (!cue) return pass("It does not say that it waits for anything.");
  const whole = sentenceAround(issue, cue);
  const line = issue[cue.in].slice(whole.start, whole.end + 120).split("\n")[0]!;
  if (LINKED.test(line))
    return partial("It waits for something, which is linked.", "Can it be done on its own?", whole);
  return fail("It waits for something that is not linked.", "Which issue does it wait for?", whole);
});

/** The sentence that says what is wanted; the title where there is none. */
function storySentence(issue: ParsedIssue): IssueSpan {
  const role = inProse(issue, ROLE);
  return role ? sentenceAround(issue, role) : { in: "title", start: 0, end: issue.title.length };
}

function textOf(issue: ParsedIssue, { in: where, start, end }: IssueSpan): string {
  return (where === "title" ? issue.title : issue.prose).slice(start, end);
}
