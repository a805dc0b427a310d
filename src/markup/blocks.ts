/** Piece of a line: text in one style, an image, or a line break. */
export type TextRun =
  | { readonly type: "text"; readonly text: string; readonly marks: Marks }
  | { readonly type: "image"; readonly url: string; readonly alt: string; readonly marks: Marks }
  | { readonly type: "break" };

/** The styles that every markup can say, in one way or another. */
export const STYLES = ["strong", "em", "strike", "underline", "sub", "sup", "code"] as const;
/** Style of a text. */
export type Style = (typeof STYLES)[number];

/** Styles and link of a piece of a line. */
export interface Marks {
  readonly styles: readonly Style[];
  /** People, dates and states are links of schemes of their own: `mention:id`, `date:1767225600000`, `status:blue`. */
  readonly link?: { readonly href: string; readonly title?: string };
}

/** The tones of a panel, named as GitHub's alerts are. */
export const PANEL_TONES = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"] as const;
/** Tone of a panel. */
export type PanelTone = (typeof PANEL_TONES)[number];

/** Block of a text, whichever markup it is written in. */
export type Block =
  | { readonly type: "paragraph"; readonly runs: readonly TextRun[] }
  | { readonly type: "heading"; readonly level: number; readonly runs: readonly TextRun[] }
  | { readonly type: "code"; readonly language?: string; readonly text: string }
  | { readonly type: "quote"; readonly blocks: readonly Block[] }
  | { readonly type: "panel"; readonly tone: PanelTone; readonly blocks: readonly Block[] }
  | { readonly type: "expand"; readonly title: string; readonly blocks: readonly Block[] }
  | { readonly type: "list"; readonly start?: number; readonly items: readonly Item[] }
  | { readonly type: "table"; readonly header: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly type: "rule" };

/** Cell of a table: one line. */
export type Cell = readonly TextRun[];

/** Item of a list; a list with a `start` is numbered. */
export interface Item {
  /** Set where the item is a task. */
  readonly isDone?: boolean;
  readonly blocks: readonly Block[];
}

/** Loss of a thing that Markdown cannot say: what it is, and the words it stands at. */
export interface Loss {
  readonly what: string;
  readonly at: string;
}

/** Text read from a tracker's own markup. */
export interface ReadText {
  readonly markdown: string;
  readonly losses: readonly Loss[];
}

export const NO_MARKS: Marks = { styles: [] };

/** A run of plain text. */
export const plain = (text: string): TextRun => ({ type: "text", text, marks: NO_MARKS });

/** A paragraph of plain text. */
export const plainParagraph = (text: string): Block => ({ type: "paragraph", runs: [plain(text)] });

/** A paragraph of some runs; none when there are none. */
export const paragraphOf = (runs: readonly TextRun[]): Block[] =>
  runs.length === 0 ? [] : [{ type: "paragraph", runs }];

/** Runs with a blank for each break. */
export const withoutBreaks = (runs: readonly TextRun[]): TextRun[] =>
  runs.map((run) => (run.type === "break" ? plain(" ") : run));

/** The letters of some runs, without their styles. */
export function textOf(runs: readonly TextRun[]): string {
  return runs.map((run) => (run.type === "text" ? run.text : run.type === "image" ? run.alt : " ")).join("");
}

/** True for marks that look the same. */
export function sameMarks(one: Marks, other: Marks): boolean {
  return (
    one.link?.href === other.link?.href &&
    one.link?.title === other.link?.title &&
    one.styles.length === other.styles.length &&
    one.styles.every((style) => other.styles.includes(style))
  );
}

/** Marks with one more style, in the order of STYLES. */
export function withStyle(marks: Marks, style: Style): Marks {
  return { ...marks, styles: STYLES.filter((each) => each === style || marks.styles.includes(each)) };
}
