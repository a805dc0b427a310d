import { PreloopError } from "#base";
import type { AdfDocument, AdfNode } from "./adf/adf.ts";
import { readAdf } from "./adf/read-adf.ts";
import { adfNodes } from "./adf/write-adf.ts";
import type { Block, Loss } from "./blocks.ts";
import { readMarkdown } from "./markdown/read-markdown.ts";
import { writeMarkdown } from "./markdown/write-markdown.ts";
import { readWiki } from "./wiki/read-wiki.ts";
import { writeWiki } from "./wiki/write-wiki.ts";

/** Part of the text that is there, in its own markup, and the Markdown of each of its blocks. */
interface Part<T> {
  readonly source: T;
  readonly blocks: readonly Block[];
  readonly losses: readonly Loss[];
}

/** Stretch of the new text: kept as it was, or new. */
type Stretch<T> =
  | { readonly kind: "kept"; readonly source: T }
  | { readonly kind: "new"; readonly blocks: readonly Block[] };

/**
 * New Markdown for a text that is there, as ADF. Parts whose Markdown did not change stay as they are, with all that
 * Markdown cannot say. @throws field_refused when such a part was changed or left out, naming what would be lost
 */
export function rewriteAdf(document: unknown, markdown: string, field: string): AdfDocument {
  const parts = readAdf(document).map(({ node, ...rest }) => ({ source: node, ...rest }));
  const content: AdfNode[] = [];
  for (const stretch of stretches(parts, readMarkdown(markdown), field)) {
    if (stretch.kind === "kept") content.push(stretch.source);
    // Ids of kept tasks are the editor's or ours; counting on from here makes no two alike.
    else content.push(...adfNodes(stretch.blocks, nextTask(content, parts)));
  }
  return { version: 1, type: "doc", content };
}

/** The same for wiki markup. */
export function rewriteWiki(wiki: string, markdown: string, field: string): string {
  return stretches(readWiki(wiki), readMarkdown(markdown), field)
    .map((stretch) => (stretch.kind === "kept" ? stretch.source : writeWiki(stretch.blocks)))
    .filter((text) => text !== "")
    .join("\n\n");
}

function nextTask(content: readonly AdfNode[], parts: readonly Part<AdfNode>[]): number {
  const ids = JSON.stringify([content, parts.map(({ source }) => source)]).matchAll(/"task-(\d{1,9})"/g);
  return 1 + Math.max(0, ...[...ids].map(([, id]) => Number(id)));
}

function stretches<T>(parts: readonly Part<T>[], blocks: readonly Block[], field: string): Stretch<T>[] {
  const words = blocks.map((block) => writeMarkdown([block]));
  const left = parts.map((part) => ({ part, words: part.blocks.map((block) => writeMarkdown([block])) }));
  const found: Stretch<T>[] = [];
  for (let at = 0; at < blocks.length; ) {
    const index = left.findIndex(
      (each) => each.words.length > 0 && each.words.every((word, offset) => words[at + offset] === word),
    );
    const kept = index < 0 ? undefined : left.splice(index, 1)[0]!;
    const last = found.at(-1);
    if (kept) found.push({ kind: "kept", source: kept.part.source });
    else if (last?.kind === "new")
      found[found.length - 1] = { kind: "new", blocks: [...last.blocks, blocks[at]!] };
    else found.push({ kind: "new", blocks: [blocks[at]!] });
    at += kept ? kept.words.length : 1;
  }
  refuseLosses(
    left.flatMap(({ part }) => part.losses),
    field,
  );
  return found;
}

function refuseLosses(losses: readonly Loss[], field: string): void {
  if (losses.length === 0) return;
  const named = [...new Set(losses.map(({ what, at }) => (at === "" ? what : `${what} at “${at}”`)))];
  const more = named.length > 5 ? ` and ${named.length - 5} more` : "";
  throw new PreloopError(
    "field_refused",
    `${field} holds what Markdown cannot say, and the new text would lose it: ${named.slice(0, 5).join(", ")}${more}. Leave those paragraphs word for word as they are, wherever they stand, or edit them in the tracker`,
    { data: { field: "body", losses: named } },
  );
}
