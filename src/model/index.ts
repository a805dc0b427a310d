/** The nouns of preloop: a tool call, a decision, an approval, a grant, an audit record. */
export {
  APPROVAL_STATUSES,
  type Approval,
  type ApprovalStatus,
  GRANT_SCOPES,
  type Grant,
  type GrantScope,
  isFinal,
  isOpen,
  type Vote,
  type Workflow,
} from "./approval.ts";
export {
  ACTIONS,
  type Action,
  type Decision,
  type Observation,
  RISKS,
  type Risk,
  type SessionRef,
  type ToolAnnotations,
  type ToolCall,
} from "./call.ts";
export {
  type AuditEvent,
  type AuditEventKind,
  type AuditRecord,
  OUTCOMES,
  type Outcome,
} from "./record.ts";
