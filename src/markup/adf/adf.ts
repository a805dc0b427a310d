import { isJsonObject } from "#base";
import type { MarkupCapabilities } from "../fit.ts";

/**
 * Node of the Atlassian Document Format, as loosely as it may arrive.
 * {@link https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/ Its structure}
 */
export interface AdfNode {
  readonly type: string;
  readonly text?: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly marks?: readonly AdfMark[];
  readonly content?: readonly AdfNode[];
}

/** Style or link of a text node. */
export interface AdfMark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

/** Whole text of the Atlassian Document Format. */
export interface AdfDocument {
  readonly version: 1;
  readonly type: "doc";
  readonly content: readonly AdfNode[];
}

/** What Atlassian's schema allows where. */
export const ADF: MarkupCapabilities = {
  hasInlineImages: false,
  hasTasks: (container) => container !== "quote",
  allows: (block, container) => {
    if (block === "paragraph" || block === "list" || block === "code") return true;
    if (container === "root") return true;
    if (container === "expand") return block !== "expand";
    if (container === "panel") return block === "heading" || block === "rule";
    return false;
  },
};

/** GitHub's tones and Jira's kinds of panel. */
export const ADF_PANEL_TYPES = {
  NOTE: "info",
  TIP: "success",
  IMPORTANT: "note",
  WARNING: "warning",
  CAUTION: "error",
} as const;

export const STATUS_COLOR = /^(neutral|purple|blue|red|yellow|green|#[0-9a-fA-F]{6})$/;

/** True for what may be a node. */
export const isNode = (node: unknown): node is AdfNode => isJsonObject(node) && typeof node.type === "string";
/** The nodes in a node, where there are such. */
export const childrenOf = (node: AdfNode): AdfNode[] =>
  Array.isArray(node.content) ? node.content.filter(isNode) : [];

/** A text among the attributes of a node, empty when it has none of the name. */
export const textAttr = (node: AdfNode, name: string): string => {
  const value = node.attrs?.[name];
  return typeof value === "string" ? value : "";
};
