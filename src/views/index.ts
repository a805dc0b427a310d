/** What people may see: masked arguments, the words of statuses and risks in every face, approvals and grants as JSON. */
export { approvalView, wholeView } from "./approval-view.ts";
export { argumentsHead, type Exposure, resolvedView, seenArguments, seenValue } from "./arguments.ts";
export { GRANT_LIFETIMES, type GrantLifetime, LIFETIME_WORDS, lifetimeOf } from "./grant-lifetimes.ts";
export { grantView } from "./grant-view.ts";
export { present } from "./present.ts";
export { RISK_VIEWS } from "./risk-views.ts";
export { SCOPE_VIEWS } from "./scope-views.ts";
export { shown, toolTitle } from "./shown.ts";
export { STATUS_VIEWS } from "./status-views.ts";
