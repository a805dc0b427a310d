import type { MarkupCapabilities } from "../fit.ts";

/** What Jira's wiki markup can hold where. Its quotes do not nest, and its items are lines. */
export const WIKI: MarkupCapabilities = {
  hasInlineImages: true,
  hasTasks: () => false,
  allows: (block, container) => {
    if (block === "paragraph" || block === "list" || block === "code") return true;
    if (container === "root") return true;
    if (container === "expand" || container === "panel") return block !== "panel" && block !== "expand";
    if (container === "quote") return block !== "quote" && block !== "panel" && block !== "expand";
    return false;
  },
};

/** The titles under which panels of GitHub's tones go. */
export const PANEL_TITLES = {
  NOTE: "Note",
  TIP: "Tip",
  IMPORTANT: "Important",
  WARNING: "Warning",
  CAUTION: "Caution",
} as const;

/** Jira's emoticons. They are read as emoji; where a text only looks like one, it is escaped. */
export const EMOTICONS: Readonly<Record<string, string>> = {
  ":)": "🙂",
  ":(": "🙁",
  ":P": "😛",
  ":D": "😃",
  ";)": "😉",
  "(y)": "👍",
  "(n)": "👎",
  "(i)": "ℹ️",
  "(/)": "✅",
  "(x)": "❌",
  "(!)": "⚠️",
  "(+)": "➕",
  "(-)": "➖",
  "(?)": "❓",
  "(on)": "💡",
  "(off)": "⚫",
  "(*)": "⭐",
  "(*r)": "🔴",
  "(*g)": "🟢",
  "(*b)": "🔵",
  "(*y)": "🟡",
};

/** What stands around text of a style. Code is written apart. */
export const STYLE_SIGNS = {
  strong: "*",
  em: "_",
  strike: "-",
  underline: "+",
  sub: "~",
  sup: "^",
} as const;

/** True for a character that glues a style's sign to a word, so that the sign means itself. */
export const isWordChar = (char: string | undefined): boolean =>
  char !== undefined && /[\p{L}\p{N}\p{M}]/u.test(char);
