import type { GrantScope } from "#model";

/** Scope of a grant as each face says it. */
export interface ScopeView {
  /** Column of a printed list; absent where the patterns themselves are printed. */
  readonly line?: string;
  /** Detail of a grant on the full screen. */
  readonly screen: string;
  /** Words beside the choice on the full screen. */
  readonly choice: string;
  /** Words beside the choice on the page. */
  readonly page: string;
}

/** The scopes of grants, each with its words in every face. */
export const SCOPE_VIEWS: Readonly<Record<GrantScope, ScopeView>> = {
  exact: {
    line: "this exact call",
    screen: "one exact call",
    choice: "these very arguments",
    page: "exactly this call",
  },
  pattern: {
    screen: "calls that match its patterns",
    choice: "what its patterns match",
    page: "this call, with texts that match a pattern",
  },
  tool: {
    line: "any arguments",
    screen: "every call of the tool",
    choice: "whatever the arguments",
    page: "every call of this tool",
  },
};
