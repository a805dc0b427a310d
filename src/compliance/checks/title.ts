import {
  fail,
  type IssueCheck,
  type IssueSpan,
  notApplicable,
  notAssessed,
  partial,
  pass,
  wordsIn,
} from "./finding.ts";
import { isOpenQuestion } from "./sections.ts";

const GENERIC = new Set(
  "a an and the is are it its in on of to for with my our this that not no doesn't does do don't can can't cannot work works working broken bug error errors issue issues problem problems urgent asap help please fix fail fails failed failing crash question request feature update test something weird strange wrong need needs important critical question app application".split(
    " ",
  ),
);

/** Says what it is about, in words that would not fit any other issue as well. */
export const titleIsSpecific: IssueCheck = ({ title, isEnglish }) => {
  const whole: IssueSpan = { in: "title", start: 0, end: title.length };
  if (title === "") return fail("The title is empty.", "What is this about, in one line?");
  const words = title.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’._/-]*/gu) ?? [];
  if (!/\p{Script=Latin}/u.test(title)) return notAssessed("Only titles in Latin letters are read by rules.");
  if (isEnglish && words.every((word) => GENERIC.has(word)))
    return fail("The title would fit any issue.", "Which part does what, and when?", whole);
  const faults = [
    words.length < 4 && "is short",
    (words.length > 20 || title.length > 100) && "is long",
    title.length >= 8 &&
      title === title.toUpperCase() &&
      /\p{Lu}{4}/u.test(title) &&
      "is written in capitals",
    /[!?]{2}$|!$/.test(title) && "ends in exclamation",
  ].filter((fault) => fault !== false);
  if (faults.length === 0) return pass(`${words.length} words that say what it is about.`, whole);
  const advice = "Name the part, what it does, and when, in 4 to 20 words.";
  const reason = `The title ${faults.join(" and ")}.`;
  return faults.length > 1 ? fail(reason, advice, whole) : partial(reason, advice, whole);
};

/** No open issue of the project has the same title. */
export const titleIsUnique: IssueCheck = ({ context: { sameTitle } }) => {
  if (!sameTitle) return notAssessed("Other issues were not looked at.");
  if (sameTitle.length === 0) return pass("No open issue of the project has this title.");
  return fail(`${sameTitle.slice(0, 3).join(", ")} has the same title.`, "Is it the same issue?");
};

const MIN_WORDS = 20;

/** Holds prose, not only code, quotes and headings. */
export const bodyIsPresent: IssueCheck = ({ prose, title }) => {
  const count = wordsIn(prose);
  // Scripts without spaces have few "words".
  const dense =
    prose.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu)?.length ?? 0;
  if (count + dense / 2 >= MIN_WORDS) return pass(`${count} words of prose.`);
  const advice = "What happens, to whom, and why does it matter?";
  if (count === 0) return fail("There is no prose.", advice);
  const reason = `${count} words of prose, besides code and quotes.`;
  return count >= MIN_WORDS / 2 && title !== "" ? partial(reason, advice) : fail(reason, advice);
};

/** Is laid out for readers: headings, a list or a code block; a few lines need none. */
export const bodyIsStructured: IssueCheck = ({ lines, sections, prose }) => {
  const isLaidOut =
    sections.some((section) => !isOpenQuestion(section)) ||
    lines.some(({ kind }) => kind === "item" || kind === "fence");
  if (isLaidOut) return pass("It is laid out with headings, lists or code blocks.");
  if (wordsIn(prose) < 10) return notApplicable("There is too little text to lay out.");
  return fail("It is one run of text.", "Can the parts stand under headings, and the steps in a list?");
};
