import { type Clock, type Json, secretToken } from "#base";
import { elements, members } from "#protocol";
import type { Handled } from "../request.ts";
import { createInputs, type Inputs } from "./inputs.ts";

/** A status of a task (https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks). */
export type TaskStatus = "working" | "input_required" | "completed" | "failed" | "cancelled";

/** A call that outlives its request: how it stands, and how it ended. */
export interface Task {
  /** Nobody can guess it: whoever knows it made the call. */
  readonly id: string;
  readonly status: TaskStatus;
  readonly message: string | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly ttlMs: number;
  readonly isOver: boolean;
  /** Characters of the outcome that is kept. */
  readonly size: number;
  /** Aborts when the task is cancelled or the session ends. */
  readonly signal: AbortSignal;
  /** What the call asks of a client whose era has no requests from servers. */
  readonly inputs: Inputs;
  /** How the call ended, once it has; never rejects. */
  readonly outcome: Promise<Handled>;
  /** Says how it stands; what is over stays as it is. */
  setStatus(status: TaskStatus, message?: string): void;
  /** The call has ended. */
  end(handled: Handled): void;
  /** Ends it for the client, and tells the call. */
  cancel(): void;
}

export interface TaskOptions {
  readonly clock: Clock;
  /** How long the client would like it to be kept, from now on. */
  readonly wantedTtl: Json | undefined;
  /** A tool's own error is a failure in the first edition of tasks, a completion in the second. */
  readonly failsByTool: boolean;
  readonly onChange: (task: Task) => void;
}

const HOUR_MS = 3_600_000;
const LONGEST_TTL_MS = 24 * HOUR_MS;

/** A task that has just begun. */
export function createTask({ clock, wantedTtl, failsByTool, onChange }: TaskOptions): Task {
  const abort = new AbortController();
  const createdAt = clock.now();
  let [status, message, updatedAt]: [TaskStatus, string | undefined, Date] = [
    "working",
    undefined,
    createdAt,
  ];
  let size = 0;
  let resolve!: (handled: Handled) => void;
  const outcome = new Promise<Handled>((done) => {
    resolve = done;
  });
  const task: Task = {
    id: secretToken(),
    createdAt,
    ttlMs: ttlOf(wantedTtl),
    signal: abort.signal,
    outcome,
    inputs: createInputs({ onChange: (isAsking) => task.setStatus(isAsking ? "input_required" : "working") }),
    get status() {
      return status;
    },
    get message() {
      return message;
    },
    get updatedAt() {
      return updatedAt;
    },
    get size() {
      return size;
    },
    get isOver() {
      return isTerminal(status);
    },
    setStatus(next, words) {
      if (isTerminal(status) || (next === status && words === message)) return;
      [status, message, updatedAt] = [next, words, clock.now()];
      onChange(task);
    },
    end(handled) {
      size = handled.reply.text.length;
      const how = endOf(handled, failsByTool);
      task.setStatus(how.status, how.message);
      resolve(handled);
    },
    cancel() {
      task.setStatus("cancelled", "The call was cancelled.");
      abort.abort();
    },
  };
  return task;
}

/** True for a status that no other follows. */
export function isTerminal(status: TaskStatus): boolean {
  return status !== "working" && status !== "input_required";
}

function ttlOf(wanted: Json | undefined): number {
  return typeof wanted === "number" && wanted >= 0 ? Math.min(Math.trunc(wanted), LONGEST_TTL_MS) : HOUR_MS;
}

// A result may be large, so only what says how it went is read.
function endOf({ reply }: Handled, failsByTool: boolean): { status: TaskStatus; message?: string } {
  const parts = members(reply.text);
  if (reply.kind === "error") return { status: "failed", message: wordsOf(parts.get("message")) };
  if (!failsByTool || parts.get("isError") !== "true") return { status: "completed" };
  const content = parts.get("content");
  const [first] = content?.startsWith("[") ? elements(content) : [];
  return {
    status: "failed",
    message: wordsOf(first?.startsWith("{") ? members(first).get("text") : undefined),
  };
}

const LONGEST_MESSAGE = 1_000;

function wordsOf(raw: string | undefined): string {
  return raw?.startsWith('"') ? String(JSON.parse(raw)).slice(0, LONGEST_MESSAGE) : "The call failed.";
}
