import { type Marks, NO_MARKS, STYLES, type Style, sameMarks, type TextRun } from "./blocks.ts";

/** Runs as a line needs them: equal neighbours joined, no blanks at its ends or around breaks, nothing empty. */
export function tidyRuns(runs: readonly TextRun[]): TextRun[] {
  const full = runs.map(onOneLine).filter((run) => run.type !== "text" || run.text !== "");
  return trimLines(joinEqual(joinEqual(full).map(blankInStyle)));
}

function joinEqual(runs: readonly TextRun[]): TextRun[] {
  const joined: TextRun[] = [];
  for (const run of runs) {
    const last = joined.at(-1);
    if (run.type !== "text") joined.push(run);
    else if (last?.type === "text" && sameMarks(last.marks, run.marks))
      joined[joined.length - 1] = { ...last, text: last.text + run.text };
    else joined.push(run);
  }
  return joined;
}

/** A line end inside a text is a blank. */
function onOneLine(run: TextRun): TextRun {
  if (run.type !== "text") return run;
  const text = run.text.replace(/[ \t]*[\r\n]+[ \t]*/g, " ");
  return { ...run, text, marks: isBlank({ ...run, text }) ? NO_MARKS : run.marks };
}

const isCode = (run: TextRun) => run.type === "text" && run.marks.styles.includes("code");
const isBlank = (run: TextRun) => run.type === "text" && run.text.trim() === "" && !isCode(run);

/** A blank of its own shows no style: it takes what its neighbours share. */
function blankInStyle(run: TextRun, at: number, runs: readonly TextRun[]): TextRun {
  if (run.type === "break" || !isBlank(run)) return run;
  const [one, other] = [runs[at - 1], runs[at + 1]].map((each) =>
    each && each.type !== "break" ? each.marks : NO_MARKS,
  );
  const styles = one!.styles.filter((style) => style !== "code" && other!.styles.includes(style));
  const isLinked = one!.link && one!.link.href === other!.link?.href && one!.link.title === other!.link.title;
  return { ...run, marks: { styles, ...(isLinked && { link: one!.link }) } };
}

function trimLines(runs: readonly TextRun[]): TextRun[] {
  const lines: TextRun[][] = [[]];
  for (const run of runs) {
    if (run.type === "break") lines.push([]);
    else lines.at(-1)!.push(run);
  }
  const trimmed = lines.map(trimLine);
  while (trimmed.length > 1 && trimmed[0]!.length === 0) trimmed.shift();
  while (trimmed.length > 1 && trimmed.at(-1)!.length === 0) trimmed.pop();
  return trimmed.flatMap((line, at): TextRun[] => (at === 0 ? line : [{ type: "break" }, ...line]));
}

function trimLine(line: readonly TextRun[]): TextRun[] {
  const runs = [...line];
  for (;;) {
    const run = runs[0];
    if (run?.type !== "text" || isCode(run)) break;
    const text = run.text.replace(/^[ \t]+/, "");
    if (text !== "") {
      runs[0] = { ...run, text };
      break;
    }
    runs.shift();
  }
  for (;;) {
    const run = runs.at(-1);
    if (run?.type !== "text" || isCode(run)) break;
    const text = run.text.replace(/[ \t]+$/, "");
    if (text !== "") {
      runs[runs.length - 1] = { ...run, text };
      break;
    }
    runs.pop();
  }
  return runs;
}

/** Branch of the tree that runs make: a link around its styles, a style around what shares it. */
export type Branch =
  | { readonly type: "leaf"; readonly run: TextRun }
  | { readonly type: "link"; readonly link: NonNullable<Marks["link"]>; readonly branches: readonly Branch[] }
  | { readonly type: "style"; readonly style: Style; readonly branches: readonly Branch[] };

/** Puts runs that share a link or a style under one branch. Blanks at a branch's ends stand outside of it. */
export function branchesOf(runs: readonly TextRun[]): Branch[] {
  const branches: Branch[] = [];
  for (let at = 0; at < runs.length; ) {
    const run = runs[at]!;
    const mark = outermost(run);
    let end = at + 1;
    while (mark !== undefined && end < runs.length && holds(runs[end]!, mark)) end++;
    if (mark === undefined) branches.push({ type: "leaf", run });
    else branches.push(...branchOf(mark, runs.slice(at, end)));
    at = end;
  }
  return branches;
}

type Mark = NonNullable<Marks["link"]> | Style;

function outermost(run: TextRun): Mark | undefined {
  if (run.type === "break") return undefined;
  return run.marks.link ?? STYLES.find((style) => style !== "code" && run.marks.styles.includes(style));
}

function holds(run: TextRun, mark: Mark): boolean {
  if (run.type === "break") return false;
  if (typeof mark === "string") return run.marks.link === undefined && run.marks.styles.includes(mark);
  return run.marks.link?.href === mark.href && run.marks.link.title === mark.title;
}

function branchOf(mark: Mark, runs: readonly TextRun[]): Branch[] {
  const inner = runs.map((run) => without(run, mark));
  const { before, within, after } = peel(inner);
  const outer = [before, after].map((text): Branch[] =>
    text === "" ? [] : [{ type: "leaf", run: { type: "text", text, marks: NO_MARKS } }],
  );
  if (within.length === 0) return outer.flat();
  const branches = branchesOf(within);
  const branch: Branch =
    typeof mark === "string"
      ? { type: "style", style: mark, branches }
      : { type: "link", link: mark, branches };
  return [...outer[0]!, branch, ...outer[1]!];
}

function without(run: TextRun, mark: Mark): TextRun {
  if (run.type === "break") return run;
  const { link, styles } = run.marks;
  if (typeof mark !== "string") return { ...run, marks: { styles } };
  return { ...run, marks: { ...(link && { link }), styles: styles.filter((style) => style !== mark) } };
}

/** `** x**` is no bold text: the blanks go before and after, even where several runs begin with some. */
function peel(runs: readonly TextRun[]): { before: string; within: readonly TextRun[]; after: string } {
  const within = [...runs];
  let before = "";
  let after = "";
  for (let first = within[0]; first?.type === "text" && !isCode(first); first = within[0]) {
    const text = first.text.trimStart();
    before += first.text.slice(0, first.text.length - text.length);
    if (text !== "") {
      within[0] = { ...first, text };
      break;
    }
    within.shift();
  }
  for (let last = within.at(-1); last?.type === "text" && !isCode(last); last = within.at(-1)) {
    const text = last.text.trimEnd();
    after = last.text.slice(text.length) + after;
    if (text !== "") {
      within[within.length - 1] = { ...last, text };
      break;
    }
    within.pop();
  }
  return { before, within, after };
}
