import type { AlignType, Definition, Root, RootContent, TableRow } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import {
  type Block,
  type Cell,
  type Item,
  PANEL_TONES,
  type PanelTone,
  paragraphOf,
  plain,
  plainParagraph,
  withoutBreaks,
} from "../blocks.ts";
import { tidyRuns } from "../runs.ts";
import { runsOfPhrasing } from "./read-markdown-inline.ts";

/** Deeper than people write; what lies below stays as the text it was. */
const MAX_DEPTH = 40;

/** Context of a node: the whole text, and the definitions that references are looked up in. */
interface Source {
  readonly text: string;
  readonly definitions: ReadonlyMap<string, Definition>;
}

const EXTENSIONS = [gfm({ singleTilde: false })];
// Their transforms would find addresses even where they were escaped.
const MDAST_EXTENSIONS = gfmFromMarkdown().map((extension) => ({ ...extension, transforms: [] }));

/** Markdown (CommonMark with GitHub's extensions) as blocks. */
export function readMarkdown(text: string): Block[] {
  const root: Root = fromMarkdown(boundedNesting(text), {
    extensions: EXTENSIONS,
    mdastExtensions: MDAST_EXTENSIONS,
  });
  const definitions = new Map<string, Definition>();
  for (const node of root.children)
    if (node.type === "definition" && !definitions.has(node.identifier))
      definitions.set(node.identifier, node);
  return blocksOf(root.children, { text, definitions }, 0);
}

// A line of ten thousand quote marks costs the parser the square of them.
const boundedNesting = (text: string) =>
  text.replace(/^(?:[ \t]*>){40,}/gm, (marks) => `${"> ".repeat(MAX_DEPTH)}\\${marks.trimStart().slice(1)}`);

function blocksOf(nodes: readonly RootContent[], source: Source, depth: number): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < nodes.length; at++) {
    const expand = expandAt(nodes, at, source, depth);
    if (expand === undefined) blocks.push(...blockOf(nodes[at]!, source, depth));
    else {
      blocks.push(expand.block);
      at = expand.end;
    }
  }
  return blocks;
}

function blockOf(node: RootContent, source: Source, depth: number): Block[] {
  if (depth > MAX_DEPTH) return [plainParagraph(sourceOf(node, source))];
  switch (node.type) {
    case "paragraph":
      return paragraphOf(tidyRuns(runsOfPhrasing(node.children, source.definitions)));
    case "heading": {
      const runs = tidyRuns(runsOfPhrasing(node.children, source.definitions));
      return runs.length === 0
        ? []
        : [{ type: "heading", level: node.depth, runs: tidyRuns(withoutBreaks(runs)) }];
    }
    case "code":
      return [{ type: "code", ...(node.lang && { language: node.lang }), text: node.value }];
    case "blockquote":
      return quote(node.children, source, depth);
    case "list": {
      const items = node.children.map((item): Item => {
        const blocks = blocksOf(item.children, source, depth + 1);
        return typeof item.checked === "boolean" ? { isDone: item.checked, blocks } : { blocks };
      });
      return [{ type: "list", ...(node.ordered && { start: node.start ?? 1 }), items }];
    }
    case "table":
      return [tableOf(node.children, node.align ?? [], source)];
    case "thematicBreak":
      return [{ type: "rule" }];
    case "definition":
      return [];
    case "footnoteDefinition": {
      const blocks = blocksOf(node.children, source, depth + 1);
      return [plainParagraph(`[^${node.label ?? node.identifier}]:`), ...blocks];
    }
    default:
      return paragraphOf(tidyRuns([plain(sourceOf(node, source))]));
  }
}

function sourceOf(node: RootContent, { text }: Source): string {
  if ("value" in node && typeof node.value === "string") return node.value;
  const { start, end } = node.position ?? {};
  return text.slice(start?.offset ?? 0, end?.offset ?? 0);
}

/** GitHub writes panels as quotes that open with `[!NOTE]`. */
function quote(children: readonly RootContent[], source: Source, depth: number): Block[] {
  const blocks = blocksOf(children, source, depth + 1);
  const first = children[0];
  const lead =
    first?.type === "paragraph" && first.children[0]?.type === "text" ? first.children[0].value : "";
  const tone = PANEL_TONES.find((each) => lead === `[!${each}]` || lead.startsWith(`[!${each}]\n`));
  if (tone === undefined) return blocks.length === 0 ? [] : [{ type: "quote", blocks }];
  return [{ type: "panel", tone, blocks: withoutTone(blocks, tone) }];
}

function withoutTone(blocks: readonly Block[], tone: PanelTone): readonly Block[] {
  const [first, ...rest] = blocks;
  if (first?.type !== "paragraph" || first.runs[0]?.type !== "text") return blocks;
  const [lead, ...others] = first.runs;
  if (lead?.type !== "text") return blocks;
  const runs = tidyRuns([{ ...lead, text: lead.text.slice(tone.length + 3) }, ...others]);
  return [...paragraphOf(runs), ...rest];
}

function tableOf(rows: readonly TableRow[], align: readonly AlignType[], source: Source): Block {
  const width = Math.max(align.length, ...rows.map((row) => row.children.length));
  const [header = [], ...body] = rows.map((row) => {
    const cells = row.children.map((cell) => tidyRuns(runsOfPhrasing(cell.children, source.definitions)));
    return [...cells, ...Array.from({ length: width - cells.length }, (): Cell => [])];
  });
  return { type: "table", header, rows: body };
}

const EXPAND = /^<details>\s*<summary>([^<]*)<\/summary>$/;

/** `<details>` up to its `</details>` among the same nodes. */
function expandAt(nodes: readonly RootContent[], at: number, source: Source, depth: number) {
  const node = nodes[at]!;
  const open = node.type === "html" ? EXPAND.exec(node.value.trim()) : null;
  if (!open) return undefined;
  let level = 0;
  for (let end = at; end < nodes.length; end++) {
    const each = nodes[end]!;
    if (each.type !== "html") continue;
    if (EXPAND.test(each.value.trim())) level++;
    else if (each.value.trim() === "</details>" && --level === 0) {
      const blocks = blocksOf(nodes.slice(at + 1, end), source, depth + 1);
      const title = open[1]!.replace(
        /&(amp|lt|gt);/g,
        (_, name) => ({ amp: "&", lt: "<" })[name as string] ?? ">",
      );
      const block: Block = { type: "expand", title: title.trim(), blocks };
      return { block, end };
    }
  }
  return undefined;
}
