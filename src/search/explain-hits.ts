import { type Db, type RankedIssue, readCommentTexts } from "#store";
import { matchesIn, type Snippet, snippetOf } from "./text/snippet.ts";

/** Explanation why an issue was found. */
export interface HitExplanation {
  /** The stretch of its text that has most of the query, on one line. */
  readonly snippet: string;
  /** Where matched words begin and end in the snippet. */
  readonly marks: Snippet["marks"];
  /** The words of title and snippet that the query asks for, as the issue writes them. */
  readonly matched: readonly string[];
}

/** Looks into the text of each hit; into its comments where title and body leave words of the query unseen. */
export async function explainHits(
  db: Db,
  hits: readonly RankedIssue[],
  weightOf: ReadonlyMap<string, number>,
): Promise<HitExplanation[]> {
  const bodies = hits.map(({ row }) => snippetOf(row.body, weightOf));
  const wanting = hits.filter(({ row }) => !saysAll(`${row.title} ${row.body}`, weightOf));
  const comments = await readCommentTexts(
    db,
    wanting.map(({ row }) => row.rowId),
  );
  return hits.map(({ row }, index) => {
    const others = (comments.get(row.rowId) ?? []).map((text) => snippetOf(text, weightOf));
    const best = others.reduce((one, other) => (other.weight > one.weight ? other : one), bodies[index]!);
    return { snippet: best.text, marks: best.marks, matched: matchedWords(row.title, best, weightOf) };
  });
}

const LONGEST_SEARCHED = 20_000;

function saysAll(text: string, weightOf: ReadonlyMap<string, number>): boolean {
  const said = new Set(matchesIn(text.slice(0, LONGEST_SEARCHED), weightOf).flatMap(({ terms }) => terms));
  return said.size === weightOf.size;
}

function matchedWords(
  title: string,
  { text, marks }: Snippet,
  weightOf: ReadonlyMap<string, number>,
): string[] {
  const inTitle = matchesIn(title, weightOf).map(({ start, end }) => title.slice(start, end));
  const inSnippet = marks.map(([start, end]) => text.slice(start, end));
  return [...new Map([...inTitle, ...inSnippet].map((word) => [word.toLowerCase(), word])).values()];
}
