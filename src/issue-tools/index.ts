/** Issue tools: the six tools that agents get over the team's issues, whichever tracker holds them. */
export type { IssueServices } from "./issue-services.ts";
export { createIssueTools } from "./tools.ts";
