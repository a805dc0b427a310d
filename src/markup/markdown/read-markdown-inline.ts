import type { Definition, PhrasingContent } from "mdast";
import { type Marks, NO_MARKS, type Style, type TextRun, withStyle } from "../blocks.ts";

type Definitions = ReadonlyMap<string, Definition>;

const TAGS: Readonly<Record<string, Style>> = { u: "underline", ins: "underline", sub: "sub", sup: "sup" };
const STYLES_OF: Readonly<Record<string, Style>> = { strong: "strong", emphasis: "em", delete: "strike" };

/** The runs of a line of Markdown. References are looked up; HTML that says no style stays as its text. */
export function runsOfPhrasing(
  nodes: readonly PhrasingContent[],
  definitions: Definitions,
  marks: Marks = NO_MARKS,
): TextRun[] {
  const runs: TextRun[] = [];
  const closers = closersOf(nodes);
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at]!;
    const tagged = closers.get(at);
    if (tagged) {
      runs.push(
        ...runsOfPhrasing(nodes.slice(at + 1, tagged.end), definitions, withStyle(marks, tagged.style)),
      );
      at = tagged.end;
    } else runs.push(...runsOf(node, definitions, marks));
  }
  return runs;
}

function runsOf(node: PhrasingContent, definitions: Definitions, marks: Marks): TextRun[] {
  switch (node.type) {
    case "text":
      return [{ type: "text", text: node.value, marks }];
    case "inlineCode":
      return [{ type: "text", text: node.value, marks: withStyle(marks, "code") }];
    case "break":
      return [{ type: "break" }];
    case "html":
      return /^<br\s*\/?>$/i.test(node.value)
        ? [{ type: "break" }]
        : [{ type: "text", text: node.value, marks }];
    case "strong":
    case "emphasis":
    case "delete":
      return runsOfPhrasing(node.children, definitions, withStyle(marks, STYLES_OF[node.type]!));
    case "link":
      return linked(node.children, node, definitions, marks);
    case "linkReference": {
      const target = definitions.get(node.identifier);
      if (target) return linked(node.children, target, definitions, marks);
      return runsOfPhrasing(node.children, definitions, marks);
    }
    case "image":
      return [{ type: "image", url: node.url, alt: oneLine(node.alt ?? ""), marks }];
    case "imageReference": {
      const target = definitions.get(node.identifier);
      const alt = oneLine(node.alt ?? "");
      return target ? [{ type: "image", url: target.url, alt, marks }] : [{ type: "text", text: alt, marks }];
    }
    case "footnoteReference":
      return [{ type: "text", text: `[^${node.label ?? node.identifier}]`, marks }];
    default:
      return [];
  }
}

function linked(
  children: readonly PhrasingContent[],
  target: { readonly url: string; readonly title?: string | null | undefined },
  definitions: Definitions,
  marks: Marks,
): TextRun[] {
  if (target.url === "") return runsOfPhrasing(children, definitions, marks);
  const link = { href: target.url, ...(target.title && { title: oneLine(target.title) }) };
  const runs = runsOfPhrasing(children, definitions, { ...marks, link });
  const isEmpty = runs.every(
    (run) => run.type === "break" || (run.type === "text" && run.text.trim() === ""),
  );
  return isEmpty ? [{ type: "text", text: target.url, marks: { ...marks, link } }] : runs;
}

const oneLine = (text: string) => text.replace(/\s*[\r\n]+\s*/g, " ").trim();

/** Where `<u>` and its like close: at the next closing tag of theirs among the same nodes. */
function closersOf(nodes: readonly PhrasingContent[]): ReadonlyMap<number, { style: Style; end: number }> {
  const found = new Map<number, { style: Style; end: number }>();
  const ends = new Map<string, number>();
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at]!;
    const [, slash, tag] =
      (node.type === "html" && /^<(\/?)(u|ins|sub|sup)>$/i.exec(node.value)) ||
      ([] as (string | undefined)[]);
    if (tag === undefined) continue;
    const name = tag.toLowerCase();
    const end = ends.get(name);
    if (slash) ends.set(name, at);
    else if (end !== undefined) found.set(at, { style: TAGS[name]!, end });
  }
  return found;
}
