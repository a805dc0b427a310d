import type { MarkdownLine } from "../text/markdown-lines.ts";
import {
  fail,
  type IssueCheck,
  type IssueSpan,
  inEnglish,
  inProse,
  inTitle,
  partial,
  pass,
  sentenceAround,
} from "./finding.ts";
import { filledSection, placeOfSection, runsOf } from "./sections.ts";
import { IMPERATIVE } from "./verbs.ts";

const STEPS_HEADING = /\b(?:steps|repro(?:duce|ducing|duction|s)?|how to|test ?case|sample app)\b/i;
const STEPS_LEAD =
  /\b(?:steps? to (?:re-?produce|repro)|(?:to|how to|can be) re-?produced?|repro(?:duction)? (?:steps|case)|steps? ?:|test ?case|to replicate|do the following)\b/i;
const ASK_STEPS = "Which steps lead to it, one a line, from a fresh start?";

/** Says how to make it happen. */
export const bugSteps: IssueCheck = inEnglish((issue) => {
  const section = filledSection(issue, STEPS_HEADING);
  if (section) return pass("There is a section with steps.", placeOfSection(section));
  const numbered = runsOf(issue.lines, ({ marker }) => marker === "number").find(
    (run) => run.filter(isOrder).length >= 2,
  );
  if (numbered) return pass("Numbered steps.", placeOfLines(numbered));
  const lead = inProse(issue, STEPS_LEAD);
  if (lead && says(issue.prose.slice(lead.end)))
    return pass("It says how to reproduce it.", sentenceAround(issue, lead));
  const list = runsOf(issue.lines, ({ marker }) => marker === "bullet").find(
    (run) => run.filter(isOrder).length >= 2,
  );
  if (list)
    return partial(
      "What could be steps, but not numbered.",
      "Are these the steps? Number them.",
      placeOfLines(list),
    );
  const sentence = inProse(
    issue,
    /\b(?:when|if|whenever|after|once|while|by) (?:I|we|you|the user|a user|users?|clicking|tapping|pressing|opening|running|using|calling|setting|adding|\w+ing)\b/i,
  );
  if (sentence)
    return fail("It says when, but not by which steps.", ASK_STEPS, sentenceAround(issue, sentence));
  return fail("It does not say how to make it happen.", ASK_STEPS);
});

function isOrder({ kind, item, text }: MarkdownLine): boolean {
  return (kind === "item" || kind === "prose") && IMPERATIVE.test(item ?? text);
}

function says(text: string): boolean {
  return (text.slice(0, 2_000).match(/\p{L}{2,}/gu)?.length ?? 0) >= 5;
}

function placeOfLines(lines: readonly MarkdownLine[]): IssueSpan {
  return { in: "body", start: lines[0]!.start, end: lines.slice(0, 3).at(-1)!.end };
}

const EXPECTED = /\b(?:expect(?:ed|s|ing|ation)?|desired (?:behaviou?r|result|output)|supposed to)\b/i;
// `we should talk` wishes for something else.
const WISHED =
  /(?<!\b(?:you|we|I|they|one|someone|developers|people) )\bshould(?:n['’]t| not| be| have| also| only| still)?\b(?! I\b)|\binstead of\b|\bought to\b|\bmust not\b/i;

/** Says what should have happened. */
export const bugExpected: IssueCheck = inEnglish((issue) => {
  const section = filledSection(issue, /\b(?:expect(?:ed|ation)|should|desired|intended)\b/i);
  if (section) return pass("There is a section with what is expected.", placeOfSection(section));
  const cue = inProse(issue, EXPECTED);
  if (cue) return pass("It says what should happen.", sentenceAround(issue, cue));
  const wish = inProse(issue, WISHED) ?? inTitle(issue, EXPECTED);
  if (wish)
    return partial("It says so by the way.", "What did you expect to happen?", sentenceAround(issue, wish));
  return fail("It does not say what should happen instead.", "What did you expect to happen?");
});

const OBSERVED =
  /\b(?:actual(?:ly)?|observed|errors?|exceptions?|fail(?:s|ed|ing|ure)?|crash(?:es|ed|ing)?|freez(?:es|ing)|fro(?:ze|zen)|hangs?|hung|throws?|threw|thrown|broken|breaks?|wrong(?:ly)?|incorrect(?:ly)?|missing|ignored|loses?|lost|leaks?|(?:does|do|did|is|are|was|were|can|could|wo|would|has|have)(?:n['’]t| ?not)|cannot|never|no longer|nothing happens|unable to|undefined|blank|stuck|stops?)\b/i;

/** Says what happened. */
export const bugObserved: IssueCheck = inEnglish((issue) => {
  const section = filledSection(issue, /\b(?:actual|observed|current|what happen)/i);
  if (section) return pass("There is a section with what happens.", placeOfSection(section));
  const trace = issue.lines.find(({ isTrace }) => isTrace);
  if (trace) return pass("There is a trace or a log.", { in: "body", start: trace.start, end: trace.end });
  const cue = inProse(issue, OBSERVED);
  if (cue) return pass("It says what goes wrong.", sentenceAround(issue, cue));
  const head = inTitle(issue, OBSERVED);
  if (head)
    return partial(
      "Only the title says what goes wrong.",
      "What happens, in which words of which message?",
      head,
    );
  return fail("It does not say what goes wrong.", "What happens, in which words of which message?");
});

const MINIMAL_LINES = 60;
const IMAGE = /!\[[^\]\n]{0,300}\]\(|<img\b/i;

/** Shows it: code, a trace, a log, a picture. */
export const bugEvidence: IssueCheck = (issue) => {
  const ask = "Can you add the smallest code, the trace or the log that shows it, in a code block?";
  const blocks = runsOf(issue.lines, ({ kind }) => kind === "code").filter((run) =>
    run.some(({ text }) => text.trim() !== ""),
  );
  const short = blocks.find((run) => run.length <= MINIMAL_LINES);
  if (short) return pass("A code block that is short enough to read.", placeOfLines(short));
  const trace = issue.lines.filter(({ kind }) => kind === "log");
  if (trace.length > 0)
    return partial(
      "A trace or a log, outside any code block.",
      "Can it stand in a code block?",
      placeOfLines(trace),
    );
  if (blocks[0])
    return partial(
      `A code block of ${blocks[0].length} lines.`,
      "Can it be cut down to the lines that matter?",
      placeOfLines(blocks[0]),
    );
  const image = IMAGE.exec(issue.body);
  if (image)
    return partial("A picture, which nobody can search or copy.", ask, {
      in: "body",
      start: image.index,
      end: image.index + image[0].length,
    });
  return fail("Nothing shows it: no code, no trace, no log.", ask);
};

const ENVIRONMENT = new RegExp(
  [
    "\\b(?:versions?|ver\\.?|sdk|release|build|firmware|api level)\\s{0,3}[:=]?\\s{0,3}v?\\d+(?:\\.\\d+)*",
    "\\b(?:ios|ipados|iphone|ipad|android|windows|win|mac ?os(?: ?x)?|os ?x|ubuntu|debian|fedora|centos|linux|kernel|chrome|firefox|safari|edge|opera|node(?:\\.?js)?|npm|deno|bun|python|ruby|php|java|jdk|kotlin|swift|go|rust|xcode|gradle|docker|kubernetes|k8s|postgres(?:ql)?|mysql|sqlite|redis)\\s{0,3}(?:version\\s)?[:=@/-]?\\s{0,3}v?\\d+(?:\\.\\d+)*",
    "\\b[A-Z][\\w.+-]{1,40}\\s(?:v|version )?\\d+\\.\\d+(?:\\.\\d+)*",
    "\\bv\\d+\\.\\d+(?:\\.\\d+)*\\b",
  ].join("|"),
  "i",
);

/** Says where: a product or a system with its version. */
export const bugEnvironment: IssueCheck = (issue) => {
  const cue = inProse(issue, ENVIRONMENT) ?? inTitle(issue, ENVIRONMENT);
  if (cue) return pass("A version is named.", cue);
  const section = filledSection(issue, /\b(?:environment|version|platform|system|device)/i);
  if (section && /\d/.test(section.content.map(({ text }) => text).join("")))
    return pass("There is a section with the environment.", placeOfSection(section));
  return fail("No version of anything is named.", "Which version of what, on which system?");
};

const FREQUENCY =
  /\b(?:always|sometimes|intermittent(?:ly)?|occasional(?:ly)?|every ?time|each time|random(?:ly)?|often|rarely|once in a while|consistent(?:ly)?|reproducible|\d+ (?:out )?of \d+|regression|used to work|worked (?:in|with|before|fine)|no longer|anymore|since (?:the |we |I )?(?:version|upgrade|upgrading|updat|release|v?\d)|after (?:the )?(?:upgrad|updat))/i;

/** Says how often, or since when. */
export const bugFrequency: IssueCheck = inEnglish((issue) => {
  const cue = inProse(issue, FREQUENCY) ?? inTitle(issue, FREQUENCY);
  if (cue) return pass("It says how often, or since when.", sentenceAround(issue, cue));
  return fail(
    "It does not say how often, or since when.",
    "Does it happen always or sometimes, and since when?",
  );
});
