/** The decision page: one approval in a browser, without JavaScript; it is loaded when a person is first asked. */
import type { DecisionAppOptions } from "./decision-app.ts";
import type { DecisionPages, ServeOptions } from "./serve.ts";

export type { DecisionAppOptions, ViewFacts } from "./decision-app.ts";
export { decisionLink } from "./decision-link.ts";
export type { DecisionPages, ServeOptions } from "./serve.ts";

/** Serves decision pages on a loopback port until closed; it keeps the process alive as long. */
export async function serveDecisionPages(options: ServeOptions): Promise<DecisionPages> {
  return (await import("./serve.ts")).serveDecisionPages(options);
}

/** The decision pages as an app that answers requests at `/approvals/ID`, to be mounted in a server. @public */
export async function createDecisionApp(options: DecisionAppOptions): Promise<import("hono").Hono> {
  return (await import("./decision-app.ts")).createDecisionApp(options);
}
