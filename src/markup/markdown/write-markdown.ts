import type { BlockContent, DefinitionContent, ListItem, PhrasingContent, RootContent } from "mdast";
import { gfmToMarkdown } from "mdast-util-gfm";
import { type Options, toMarkdown } from "mdast-util-to-markdown";
import { type Block, type Cell, type TextRun, withoutBreaks } from "../blocks.ts";
import { type Branch, branchesOf, tidyRuns } from "../runs.ts";

type Blocks = (BlockContent | DefinitionContent)[];

// Made once: it keeps the patterns that it compiles.
const OPTIONS: Options = {
  bullet: "-",
  bulletOther: "*",
  emphasis: "_",
  fences: true,
  listItemIndent: "one",
  rule: "-",
  // In a tight item a table would run into the words above it.
  join: [(_left, right, parent) => (parent.type === "listItem" && right.type !== "list" ? 1 : undefined)],
  extensions: [gfmToMarkdown({ tablePipeAlign: false })],
};

/** Blocks as Markdown, always in the same words: what it writes reads back as the same blocks. */
export function writeMarkdown(blocks: readonly Block[]): string {
  return toMarkdown({ type: "root", children: blocks.flatMap(nodesOf) as RootContent[] }, OPTIONS).trimEnd();
}

function nodesOf(block: Block): Blocks {
  switch (block.type) {
    case "paragraph":
      return paragraph(phrasing(block.runs));
    case "heading":
      return [
        { type: "heading", depth: clampDepth(block.level), children: phrasing(withoutBreaks(block.runs)) },
      ];
    case "code":
      return [{ type: "code", lang: block.language ?? null, value: block.text }];
    case "quote":
      return [{ type: "blockquote", children: block.blocks.flatMap(nodesOf) }];
    case "panel":
      return [{ type: "blockquote", children: withTone(block.tone, block.blocks.flatMap(nodesOf)) }];
    case "expand": {
      const title = block.title.replace(/[&<>]/g, (each) => ({ "&": "&amp;", "<": "&lt;" })[each] ?? "&gt;");
      return [
        { type: "html", value: `<details>\n<summary>${title}</summary>` },
        ...block.blocks.flatMap(nodesOf),
        { type: "html", value: "</details>" },
      ];
    }
    case "list":
      return [
        {
          type: "list",
          ordered: block.start !== undefined,
          start: block.start ?? null,
          spread: false,
          children: block.items.map((item): ListItem => {
            const children = item.blocks.flatMap(nodesOf);
            // A box needs a line to stand on.
            const isTask = item.isDone !== undefined && children[0]?.type === "paragraph";
            return { type: "listItem", spread: false, checked: isTask ? item.isDone! : null, children };
          }),
        },
      ];
    case "table":
      return [{ type: "table", align: [], children: [block.header, ...block.rows].map(tableRow) }];
    case "rule":
      return [{ type: "thematicBreak" }];
  }
}

const paragraph = (children: PhrasingContent[]): Blocks =>
  children.length === 0 ? [] : [{ type: "paragraph", children }];

const clampDepth = (level: number) => Math.min(6, Math.max(1, Math.trunc(level))) as 1 | 2 | 3 | 4 | 5 | 6;

function withTone(tone: string, nodes: Blocks): Blocks {
  // As HTML, since the brackets of a text would be escaped.
  const lead: PhrasingContent = { type: "html", value: `[!${tone}]` };
  const [first, ...rest] = nodes;
  if (first?.type !== "paragraph") return [{ type: "paragraph", children: [lead] }, ...nodes];
  const children: PhrasingContent[] = [lead, { type: "text", value: "\n" }, ...first.children];
  return [{ type: "paragraph", children }, ...rest];
}

const tableRow = (cells: readonly Cell[]) => ({
  type: "tableRow" as const,
  children: cells.map((cell) => ({
    type: "tableCell" as const,
    children: phrasing(cell).map(
      (node): PhrasingContent => (node.type === "break" ? { type: "html", value: "<br>" } : node),
    ),
  })),
});

const phrasing = (runs: readonly TextRun[]): PhrasingContent[] =>
  branchesOf(tidyRuns(runs)).flatMap(nodesOfBranch);

const EMAIL =
  /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;

const NODE_OF = { strong: "strong", em: "emphasis", strike: "delete" } as const;
const TAG_OF = { underline: "u", sub: "sub", sup: "sup" } as const;

function nodesOfBranch(branch: Branch): PhrasingContent[] {
  if (branch.type === "leaf") return [leaf(branch.run)];
  const children = branch.branches.flatMap(nodesOfBranch);
  if (branch.type === "link") {
    const { href, title } = branch.link;
    // Written as <…>, a malformed address would not read back.
    const [only] = branch.branches;
    const text = only?.type === "leaf" && only.run.type === "text" ? only.run.text : undefined;
    if (href === `mailto:${text}` && !EMAIL.test(text ?? "")) return children;
    return [{ type: "link", url: href, title: title ?? null, children: children as never }];
  }
  switch (branch.style) {
    case "strong":
    case "em":
    case "strike":
      return [{ type: NODE_OF[branch.style], children }];
    case "underline":
    case "sub":
    case "sup": {
      const tag = TAG_OF[branch.style];
      return [{ type: "html", value: `<${tag}>` }, ...children, { type: "html", value: `</${tag}>` }];
    }
    case "code":
      return children;
  }
}

function leaf(run: TextRun): PhrasingContent {
  if (run.type === "break") return { type: "break" };
  if (run.type === "image") return { type: "image", url: run.url, alt: run.alt };
  return run.marks.styles.includes("code")
    ? { type: "inlineCode", value: run.text }
    : { type: "text", value: run.text };
}
