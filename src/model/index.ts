/** The nouns of preloop: a tool call, a decision, an approval, a grant, an audit record, an issue, a model. */
export {
  APPROVAL_STATUSES,
  type Approval,
  type ApprovalHead,
  type ApprovalStatus,
  isFinal,
  isOpen,
  isWhole,
  type ListedApproval,
  QUESTION_LIMITS,
  type QuestionLimit,
  type QuestionLimits,
  type Reveal,
  type Vote,
} from "./approval.ts";
export type { BuiltinCall, BuiltinResult, BuiltinTools, PreflightScope } from "./builtin-tools.ts";
export {
  ACTIONS,
  type Action,
  argumentsDigestOf,
  type Decision,
  type Observation,
  RISKS,
  type Risk,
  type SessionRef,
  type ToolAnnotations,
  type ToolCall,
  titleOf,
} from "./call.ts";
export { GRANT_SCOPES, type Grant, type GrantScope } from "./grant.ts";
export {
  ISSUE_STATES,
  type Issue,
  type IssueChange,
  type IssueComment,
  type IssueDraft,
  type IssueLink,
  type IssueRef,
  type IssueState,
  LINK_KINDS,
  type LinkKind,
  type TrackerKind,
} from "./issue.ts";
export type {
  EmbeddableText,
  Embedder,
  LanguageModel,
  ModelQuestion,
  Space,
} from "./models.ts";
export {
  type AuditEvent,
  type AuditEventKind,
  type AuditRecord,
  OUTCOMES,
  type Outcome,
} from "./record.ts";
export { decidersOf, isOutOfReach, type Panel, panelsOf, type Workflow } from "./workflow.ts";
