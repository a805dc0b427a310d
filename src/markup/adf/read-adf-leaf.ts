import { type Block, PANEL_TONES } from "../blocks.ts";
import { ADF_PANEL_TYPES, type AdfNode, childrenOf, textAttr } from "./adf.ts";
import type { Note } from "./read-adf-inline.ts";

/** A block of code. */
export function codeBlock(node: AdfNode): Block {
  const text = childrenOf(node)
    .map((child) => child.text ?? "")
    .join("");
  const language = textAttr(node, "language").replace(/[\s`~]+/g, "");
  return { type: "code", ...(language && { language }), text };
}

/** A panel around blocks that were read already. */
export function panel(node: AdfNode, blocks: readonly Block[], note: Note): Block {
  const kind = textAttr(node, "panelType");
  const tone = PANEL_TONES.find((each) => ADF_PANEL_TYPES[each] === kind);
  if (tone === undefined) note(`a panel of the kind “${kind}”`, node);
  return { type: "panel", tone: tone ?? (kind === "tip" ? "TIP" : "NOTE"), blocks };
}

/** An image, or a file that only the tracker has. */
export function media(node: AdfNode, note: Note): Block[] {
  const isExternal = textAttr(node, "type") === "external";
  const alt = textAttr(node, "alt");
  if (!isExternal) note(`an attached file “${alt || textAttr(node, "id")}”`, node);
  const url = isExternal ? textAttr(node, "url") : `attachment:${textAttr(node, "id")}`;
  return url === ""
    ? []
    : [{ type: "paragraph", runs: [{ type: "image", url, alt, marks: { styles: [] } }] }];
}
