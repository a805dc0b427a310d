import type { SessionRecord } from "#approvals";
import type { Approval, Grant, ListedApproval } from "#model";
import type { View } from "../render/arguments.ts";
import type { GrantForm } from "./grant-form.ts";

export const PANEL_NAMES = ["pending", "detail", "sessions", "grants", "history"] as const;
/** Name of a panel of the screen. */
export type PanelName = (typeof PANEL_NAMES)[number];
/** The panels that hold a list; `detail` shows one item of the list that was entered last. */
export type ListName = Exclude<PanelName, "detail">;

/** Size of the terminal in cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** State of the link to the store; only while it is `current` can anything be decided. */
export type StoreState =
  | { readonly kind: "loading" }
  | { readonly kind: "current" }
  | { readonly kind: "lost"; readonly message: string; readonly since: Date };

/** A typed number stands between a person and what cannot be taken back. */
export interface Confirmation {
  readonly kind: "confirm";
  /** Approvals by id, each with the digest that was on the screen. */
  readonly seen: ReadonlyMap<string, string>;
  readonly because: string;
  readonly code: string;
  readonly typed: string;
  /** Edited arguments to approve instead. */
  readonly args?: string;
}

/** Meaning of the keyboard right now. */
export type Mode =
  | { readonly kind: "browse" }
  | { readonly kind: "help" }
  | { readonly kind: "busy"; readonly text: string }
  | { readonly kind: "filter"; readonly text: string }
  | { readonly kind: "deny"; readonly id: string; readonly digest: string; readonly text: string }
  | { readonly kind: "grant"; readonly id: string; readonly digest: string; readonly form: GrantForm }
  | { readonly kind: "review"; readonly id: string; readonly digest: string; readonly args: string }
  | Confirmation;

/** Message that stands at the bottom for a few seconds. */
export interface Toast {
  readonly text: string;
  readonly tone: "good" | "warn";
  readonly untilMs: number;
}

/** Exposure of a thing to the person: which one, since when (ms of the clock's ticks), and how far down. */
export interface ScreenExposure {
  readonly subject: string;
  readonly sinceMs: number;
  /** Rows of the detail that have been on the screen, counted from the top. */
  readonly bottom: number;
}

/** State of the whole screen. */
export interface ScreenState {
  readonly now: Date;
  readonly size: Size;
  /** One column, no boxes: for screen readers. */
  readonly plain: boolean;
  readonly decider: string;
  readonly store: StoreState;
  /** Oldest first. */
  readonly pending: readonly ListedApproval[];
  /** Newest first. */
  readonly history: readonly ListedApproval[];
  readonly sessions: readonly SessionRecord[];
  readonly grants: readonly Grant[];
  /** Earlier approvals of the same tool, by approval. */
  readonly past: ReadonlyMap<string, readonly ListedApproval[]>;
  readonly panel: PanelName;
  readonly list: ListName;
  readonly picked: Readonly<Record<ListName, string | undefined>>;
  /** The picked approval after it left the list: it stays in front, undecidable, until the person moves on. */
  readonly ghost?: ListedApproval | undefined;
  /** The picked approval, all of it, where its list has only the beginning. */
  readonly whole?: Approval | undefined;
  readonly scroll: number;
  readonly view: View;
  /** Approvals whose masked values are shown, each with the digest of the arguments that were revealed. */
  readonly revealed: ReadonlyMap<string, string>;
  /** Marked approvals, each with the digest that was on the screen. */
  readonly marks: ReadonlyMap<string, string>;
  readonly filter: string;
  readonly mode: Mode;
  readonly toast?: Toast | undefined;
  /** Until when the bell is silent. */
  readonly mutedUntilMs?: number | undefined;
  readonly exposure: ScreenExposure;
}

export function initialState(given: Pick<ScreenState, "now" | "size" | "plain" | "decider">): ScreenState {
  return {
    ...given,
    store: { kind: "loading" },
    pending: [],
    history: [],
    sessions: [],
    grants: [],
    past: new Map(),
    panel: "pending",
    list: "pending",
    picked: { pending: undefined, sessions: undefined, grants: undefined, history: undefined },
    scroll: 0,
    view: "fields",
    revealed: new Map(),
    marks: new Map(),
    filter: "",
    mode: { kind: "browse" },
    exposure: { subject: "", sinceMs: 0, bottom: 0 },
  };
}
