import type { ApprovalDecisions, SessionRecord } from "#approvals";
import { messageOf } from "#base";
import { APPROVAL_STATUSES, type Grant, type ListedApproval } from "#model";

/** Contents of the store that this screen shows. */
export interface StoreSnapshot {
  readonly pending: readonly ListedApproval[];
  readonly history: readonly ListedApproval[];
  readonly sessions: readonly SessionRecord[];
  readonly grants: readonly Grant[];
}

/** Options of a store sync, with those who are told. */
export interface StoreSyncOptions {
  readonly decisions: ApprovalDecisions;
  readonly onSnapshot: (snapshot: StoreSnapshot) => void;
  readonly onLost: (message: string) => void;
}

/** Sync of the screen with the store: by its notices, by a read every few seconds, and by retries when it is lost. */
export interface StoreSync {
  /** Reads now; resolves when what was true at the call has been handed on, or the store was found lost. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

const HISTORY = 60;
const POLL_MS = 5_000;
const RETRY_MS = 1_000;
// A store that takes longer than this may be gone, and what is on the screen may be old.
const ANSWER_TIMEOUT_MS = 5_000;
const DECIDED = APPROVAL_STATUSES.filter((status) => status !== "pending");

export function createStoreSync({ decisions, onSnapshot, onLost }: StoreSyncOptions): StoreSync {
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let stopWatching: (() => Promise<void>) | undefined;

  const refresh = (): Promise<void> => {
    if (!running) {
      running = look().finally(() => {
        running = undefined;
      });
      return running;
    }
    // A read that is under way may have read before the change it is asked about.
    next ??= running.then(() => {
      next = undefined;
      return refresh();
    });
    return next;
  };

  const look = async (): Promise<void> => {
    if (isClosed) return;
    clearTimeout(timer);
    const slow = setTimeout(() => !isClosed && onLost("no answer for 5 s"), ANSWER_TIMEOUT_MS);
    let again = POLL_MS;
    try {
      if (!stopWatching) await watch();
      const snapshot = await read(decisions);
      if (!isClosed) onSnapshot(snapshot);
    } catch (error) {
      again = RETRY_MS;
      if (!isClosed) onLost(messageOf(error));
    } finally {
      clearTimeout(slow);
      if (!isClosed) timer = setTimeout(() => void refresh(), again);
    }
  };

  const watch = async (): Promise<void> => {
    const stop = await decisions.watch(() => void refresh());
    if (isClosed) await stop();
    else stopWatching = stop;
  };

  return {
    refresh,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await stopWatching?.().catch(() => {}); // a lost store has nobody left to be told
    },
  };
}

async function read(decisions: ApprovalDecisions): Promise<StoreSnapshot> {
  const [pending, decided, sessions, grants] = await Promise.all([
    decisions.list({ status: ["pending"] }),
    decisions.list({ status: DECIDED, limit: HISTORY }),
    decisions.sessions(),
    decisions.grants(),
  ]);
  return { pending, history: decided.toReversed(), sessions, grants };
}
