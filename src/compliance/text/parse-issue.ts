import { kindOfIssue } from "../kind.ts";
import type { AssessedIssue, Kind } from "../types.ts";
import { blank, type Span, spansOf } from "./blank.ts";
import { isEnglish } from "./language.ts";
import { type MarkdownLine, readLines } from "./markdown-lines.ts";

/** A heading with what stands under it, up to the next heading that is not deeper. */
export interface Section extends Span {
  readonly heading: string;
  /** Without the heading's own line. */
  readonly content: readonly MarkdownLine[];
}

/** Facts from outside the text, looked up where there is a store. */
export interface IssueContext {
  /** Keys of open issues of the project with the same title. */
  readonly sameTitle?: readonly string[];
  /** Keys in the text that name no issue of a project we know. */
  readonly unknownKeys?: readonly string[];
}

/** An issue as the checks see it. Offsets in `prose` are offsets in the body. */
export interface ParsedIssue {
  readonly title: string;
  readonly body: string;
  readonly kind: Kind;
  readonly type?: string | undefined;
  readonly priority?: string | undefined;
  readonly labels: readonly string[];
  readonly lines: readonly MarkdownLine[];
  readonly openFence?: Span | undefined;
  /** The body with everything blanked that is not the author's prose: code, logs, quotes, comments, headings, TODOs. */
  readonly prose: string;
  /** The other way around: code and logs alone. */
  readonly code: string;
  readonly sections: readonly Section[];
  readonly isEnglish: boolean;
  readonly context: IssueContext;
}

// A person does not write more, and a log of a megabyte has shown what it is by then.
const MAX_BODY = 200_000;
const MAX_TITLE = 2_000;

const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;
const INLINE = /(`{1,2})[^`\n]{1,300}\1/g;
const URL_LIKE = /\bhttps?:\/\/[^\s<>)\]]+/g;
const IMAGE = /!\[[^\]\n]{0,300}\]\([^)\n]{0,1000}\)|<img\b[^>]{0,1000}>/gi;
const TAG = /<\/?[a-z][^<>\n]{0,200}>/gi;

/** Takes an issue apart. The same issue always gives the same result. */
export function parseIssue(issue: AssessedIssue, context: IssueContext = {}): ParsedIssue {
  const title = issue.title.trim().slice(0, MAX_TITLE);
  const whole = issue.body.length > MAX_BODY ? issue.body.slice(0, MAX_BODY) : issue.body;
  const body = whole.replace(/\r\n/g, " \n").replace(/\r/g, "\n"); // as long as it was
  const { lines, openFence } = readLines(body);
  const notProse = lines.filter(({ kind }) => kind !== "prose" && kind !== "item");
  const prose = blank(body, [
    ...notProse,
    ...[COMMENT, INLINE, URL_LIKE, IMAGE, TAG].flatMap((pattern) => spansOf(body, pattern)),
  ]);
  const isCode = ({ kind }: MarkdownLine) => kind === "code" || kind === "log";
  return {
    title,
    body,
    kind: kindOfIssue({ ...issue, title }, prose, lines),
    type: issue.type,
    priority: issue.priority,
    labels: issue.labels ?? [],
    lines,
    openFence,
    prose,
    code: blank(
      body,
      lines.filter((line) => !isCode(line)),
    ),
    sections: sectionsOf(lines),
    isEnglish: isEnglish(`${title}\n${prose}`),
    context,
  };
}

// Nobody writes more; a section of sections is looked through once for each that holds it.
const MAX_SECTIONS = 200;

function sectionsOf(lines: readonly MarkdownLine[]): Section[] {
  const heads = lines.flatMap((line, at) => (line.kind === "heading" ? [{ line, at }] : []));
  return heads.slice(0, MAX_SECTIONS).map(({ line, at }, index) => {
    const next = heads.find((other, place) => place > index && other.line.level! <= line.level!);
    const content = lines.slice(at + 1, next?.at);
    return { heading: line.heading!, start: line.start, end: content.at(-1)?.end ?? line.end, content };
  });
}
