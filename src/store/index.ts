/** The store: one Postgres, embedded or by DATABASE_URL, and the rows of every room. */

export { listApprovals } from "./approvals/approval-list.ts";
export { lockAsking, type QuestionLoad, readQuestionLoad } from "./approvals/approval-load.ts";
export {
  adoptApproval,
  listRedeemable,
  lockRedeeming,
  mayRedeem,
  type Redeemable,
  type RedeemKey,
} from "./approvals/approval-redeem.ts";
export {
  approveApproval,
  cancelApproval,
  cancelSession,
  deliverApproval,
  denyApproval,
  dropApproval,
  editApproval,
  finishApproval,
  parkApproval,
  type RunEnd,
  runApproval,
  supersedeApproval,
  supersedeSession,
} from "./approvals/approval-steps.ts";
export { renewLeases, type Swept, sweepApprovals } from "./approvals/approval-sweep.ts";
export {
  findApproval,
  insertApproval,
  type LockedApproval,
  lockApproval,
  type NewApproval,
  readInputSchema,
} from "./approvals/approvals.ts";
export {
  addGrantUses,
  insertGrant,
  type LiveGrantRows,
  listGrants,
  type NewGrant,
  readLiveGrants,
  revokeGrant,
} from "./approvals/grants.ts";
export { insertLink, readLink, useLink } from "./approvals/links.ts";
export { insertReveal } from "./approvals/reveals.ts";
export {
  endSession,
  findSession,
  listSessions,
  readFreeze,
  registerSession,
  type SessionRecord,
  setFrozen,
} from "./approvals/sessions.ts";
export { insertVote, voidVotes } from "./approvals/votes.ts";
export {
  type AuditRow,
  type AuditSelection,
  type AuditWriterRow,
  findAuditWriter,
  insertAuditRecords,
  listAuditChain,
  listAuditRows,
  listMissedSessions,
  lockAuditLedger,
  moveAuditWriter,
  noteAudited,
  readAuditAnchors,
  writeAuditLedger,
} from "./audit/audit.ts";
export type { Db, Query } from "./db.ts";
export type { DumpReport } from "./dump/dump.ts";
export type { RestoreOptions } from "./dump/restore.ts";
export {
  type IssuePlace,
  type JudgementKey,
  keysOfTitle,
  readJudgement,
  saveJudgement,
  unknownKeysOf,
} from "./issues/compliance.ts";
export {
  type DueIssue,
  listDueIssues,
  listPairRows,
  type PairFilter,
  type SimilarIssue,
  saveSimilarIssues,
  saveVerdict,
} from "./issues/duplicates.ts";
export type { SeenComments, SeenIssues } from "./issues/issue-inputs.ts";
export type { IssueRow } from "./issues/issue-rows.ts";
export { type SavedIssues, saveIssues } from "./issues/issue-save.ts";
export {
  listSweptRows,
  listUnsettledRows,
  measureProject,
  rowIdsOf,
  type SweptRow,
  tombstoneIssue,
} from "./issues/issue-sweep.ts";
export {
  findIssueRow,
  type IssueFilter,
  type IssueWhere,
  listCommentRows,
  listIssueRows,
} from "./issues/issues.ts";
export { markProject, type SeenPage, saveChanges } from "./issues/project-progress.ts";
export {
  leaseProject,
  listProjectRows,
  type ProjectEnd,
  type ProjectKey,
  type ProjectLease,
  type ProjectRow,
  releaseProject,
  renewProjectLease,
  type SweepPhase,
  takenOver,
} from "./issues/projects.ts";
export { type KeptLease, keepLease } from "./keep-lease.ts";
export { describeLeaseHolder, isHolderDead, newLeaseHolder } from "./lease-holder.ts";
export { createLiveSnapshot, type LiveSnapshot } from "./live-snapshot.ts";
export { type LiveStore, noteLiveStore, readLiveStores } from "./live-stores.ts";
export { dumpStore, migrateStore, readStoreStatus, restoreStore } from "./maintenance.ts";
export { APPROVAL_CHANNEL, GRANT_CHANNEL, PIN_CHANNEL } from "./notify-channels.ts";
export { connectStore, openStore, type StoreOptions } from "./open.ts";
export {
  countStaleIssues,
  forgetGoneDocuments,
  listStaleIssues,
  type ReadDocument,
  readCommentTexts,
  readStaleTexts,
  readTermCounts,
  saveDocuments,
} from "./search/search-documents.ts";
export {
  listUnembeddedTexts,
  reuseEmbeddings,
  saveEmbeddings,
  type UnembeddedText,
} from "./search/search-embeddings.ts";
export {
  countAllowed,
  isNarrow,
  type RankedIssue,
  type RankFilter,
  rankIssues,
  type VectorQuery,
} from "./search/search-rank.ts";
export {
  dropSpace,
  indexSpace,
  leaseSpace,
  listSpaces,
  openSpace,
  readCoverage,
  releaseSpace,
  retireBuiltins,
  type SpaceRow,
  serveSpace,
} from "./search/search-spaces.ts";
export { checkSecretKey } from "./secret-key.ts";
export {
  forgetLogin,
  type LoginKey,
  type LoginRow,
  leaseRenewal,
  readLogin,
  releaseRenewal,
  saveLogin,
} from "./servers/logins.ts";
export {
  acceptPins,
  listPins,
  type NewPin,
  notePins,
  PIN_KINDS,
  type PinKey,
  type PinKind,
  type PinRow,
  type PinSnapshot,
  readPins,
  switchTool,
} from "./servers/pins.ts";
export type { StoreStatus } from "./status.ts";
export { shownUrl } from "./url.ts";
