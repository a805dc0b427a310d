/** Issues: the six tools that agents get over the team's issues, whichever tracker holds them. */
export type { Desk } from "./desk.ts";
export { createIssueTools } from "./tools.ts";
