import type { Risk } from "#model";

/** Risk of a call as each face shows it. */
export interface RiskView {
  /** Symbol and word in printed lines. */
  readonly line: string;
  /** Symbol and word on the full screen, in seven cells, with their tone. */
  readonly screen: {
    readonly text: string;
    readonly tone: "quiet" | "title" | "warn";
    readonly bold?: boolean;
  };
  /** Symbol on the page, which writes the risk's name after it. */
  readonly page: string;
}

/** The risks of calls, each with its words in every face. */
export const RISK_VIEWS: Readonly<Record<Risk, RiskView>> = {
  high: { line: "!! high", screen: { text: "!! HIGH", tone: "warn", bold: true }, page: "▲" },
  medium: { line: " ! medium", screen: { text: " ! MED ", tone: "title" }, page: "◆" },
  low: { line: " · low", screen: { text: " · LOW ", tone: "quiet" }, page: "○" },
};
