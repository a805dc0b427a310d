/** The store: one Postgres, embedded or by DATABASE_URL, and the rows of every room. */

export { listApprovals } from "./approval-list.ts";
export { lockAsking, type QuestionLoad, readQuestionLoad } from "./approval-load.ts";
export {
  adoptApproval,
  listRedeemable,
  lockRedeeming,
  mayRedeem,
  type Redeemable,
  type RedeemKey,
} from "./approval-redeem.ts";
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
} from "./approval-steps.ts";
export { renewLeases, type Swept, sweepApprovals } from "./approval-sweep.ts";
export {
  findApproval,
  insertApproval,
  type LockedApproval,
  lockApproval,
  type NewApproval,
  readInputSchema,
} from "./approvals.ts";
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
} from "./audit.ts";
export {
  type IssuePlace,
  type JudgementKey,
  keysOfTitle,
  readJudgement,
  saveJudgement,
  unknownKeysOf,
} from "./compliance.ts";
export type { Db, Query } from "./db.ts";
export type { DumpReport } from "./dump/dump.ts";
export type { RestoreOptions } from "./dump/restore.ts";
export {
  type DueIssue,
  listDueIssues,
  listPairRows,
  type Near,
  type PairFilter,
  saveNear,
  saveVerdict,
} from "./duplicates.ts";
export { type Followed, followStore } from "./follow.ts";
export {
  addGrantUses,
  insertGrant,
  listGrants,
  type NewGrant,
  readStanding,
  revokeGrant,
  type StandingRows,
} from "./grants.ts";
export type { IssueRow } from "./issue-rows.ts";
export { type SavedIssues, type SeenComments, type SeenIssues, saveIssues } from "./issue-save.ts";
export {
  buryIssue,
  listSweptRows,
  listUnsettledRows,
  measureProject,
  rowIdsOf,
  type SweptRow,
} from "./issue-sweep.ts";
export { findIssueRow, type IssueFilter, type IssueWhere, listCommentRows, listIssueRows } from "./issues.ts";
export { insertLink, readLink, useLink } from "./links.ts";
export { type LiveStore, noteLiveStore, readLiveStores } from "./live-stores.ts";
export {
  claimRenewal,
  endRenewal,
  forgetLogin,
  type LoginKey,
  type LoginRow,
  readLogin,
  saveLogin,
} from "./logins.ts";
export { dumpStore, migrateStore, readStoreStatus, restoreStore } from "./maintenance.ts";
export { connectStore, openStore, type StoreOptions } from "./open.ts";
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
} from "./pins.ts";
export {
  claimProject,
  listProjectRows,
  markProject,
  type ProjectClaim,
  type ProjectEnd,
  type ProjectKey,
  type ProjectRow,
  releaseProject,
  renewClaim,
  type SeenPage,
  type SweepPhase,
  saveChanges,
  takenOver,
} from "./projects.ts";
export { insertReveal } from "./reveals.ts";
export {
  countStaleIssues,
  forgetGoneDocuments,
  listStaleIssues,
  type ReadDocument,
  readCommentTexts,
  readStaleTexts,
  readTermCounts,
  saveDocuments,
} from "./search-documents.ts";
export { type BareText, listBareTexts, reuseEmbeddings, saveEmbeddings } from "./search-embeddings.ts";
export {
  countAllowed,
  isNarrow,
  type RankedIssue,
  type RankFilter,
  rankIssues,
  type VectorQuery,
} from "./search-rank.ts";
export {
  claimSpace,
  dropSpace,
  indexSpace,
  listSpaces,
  openSpace,
  readCoverage,
  releaseSpace,
  retireBuiltins,
  type SpaceRow,
  serveSpace,
} from "./search-spaces.ts";
export { checkSecretKey } from "./secret-key.ts";
export {
  endSession,
  findSession,
  listSessions,
  readFreeze,
  registerSession,
  type SessionRecord,
  setFrozen,
} from "./sessions.ts";
export type { StoreStatus } from "./status.ts";
export { shownUrl } from "./url.ts";
export { insertVote, voidVotes } from "./votes.ts";
export { APPROVAL_CHANNEL, PIN_CHANNEL, STANDING_CHANNEL } from "./wake.ts";
