import type { Dialect } from "./fit.ts";

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
export const ADF: Dialect = {
  hasInlineImages: false,
  hasTasks: (place) => place !== "quote",
  allows: (block, place) => {
    if (block === "paragraph" || block === "list" || block === "code") return true;
    if (place === "root") return true;
    if (place === "expand") return block !== "expand";
    if (place === "panel") return block === "heading" || block === "rule";
    return false;
  },
};

/** GitHub's tones and Jira's kinds of panel. */
export const PANELS = {
  NOTE: "info",
  TIP: "success",
  IMPORTANT: "note",
  WARNING: "warning",
  CAUTION: "error",
} as const;

export const STATUS_COLOR = /^(neutral|purple|blue|red|yellow|green|#[0-9a-fA-F]{6})$/;
