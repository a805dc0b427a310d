import type { MarkupCapabilities } from "../fit.ts";

/** A node of the Atlassian Document Format, as loosely as it may arrive. */
export interface AdfNode {
  readonly type: string;
  readonly text?: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly marks?: readonly AdfMark[];
  readonly content?: readonly AdfNode[];
}

export interface AdfMark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

/** A whole text of the Atlassian Document Format. */
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
