import { type ApprovalRequests, createApprovalRequests } from "#approvals";
import type { QuestionLimits, SessionRef } from "#model";
import type { Runtime } from "./runtime.ts";

/** The approvals that one session asks for, on a store that is opened for the first of them. */
export interface SessionApprovals {
  /** @throws store_unavailable; the next call tries anew */
  open(): Promise<ApprovalRequests>;
  /** True while a caller of the session was told to come back for what a person decides. */
  hasParked(): boolean;
  close(): Promise<void>;
}

export interface SessionApprovalsOptions {
  readonly session: () => SessionRef;
  readonly kind: "stdio" | "http";
  readonly limits: () => QuestionLimits;
}

export function createSessionApprovals(runtime: Runtime, options: SessionApprovalsOptions): SessionApprovals {
  const { session, kind, limits } = options;
  const { store, log } = runtime;
  let opening: Promise<ApprovalRequests> | undefined;
  let opened: ApprovalRequests | undefined;
  return {
    open() {
      opening ??= store().then((db) => createApprovalRequests({ db, session: session(), kind, log, limits }));
      opening.then(
        (open) => {
          opened = open;
        },
        () => {
          opening = undefined;
        },
      );
      return opening;
    },
    hasParked: () => opened?.hasParked() ?? false,
    async close() {
      await opening?.catch(() => undefined);
      await opened?.leave();
    },
  };
}
