import type { Additions } from "./extend-config.ts";
import type { FileChange } from "./plan-file.ts";
import type { Scan } from "./scan.ts";
import type { FoundFile, ServerDraft } from "./types.ts";

/** One server on its way from a client's file into preloop's config. */
export interface Move {
  readonly file: FoundFile;
  readonly at: readonly string[];
  readonly from: string;
  /** Its name behind preloop. */
  readonly to: string;
  readonly server: ServerDraft;
  /** How it is reached, with what looks like a secret masked. */
  readonly shown: string;
  /** Keys that are left behind: those that let tools pass unasked, and those preloop has no words for. */
  readonly dropped: readonly string[];
  /** preloop's config has this very server already. */
  readonly isKnown: boolean;
}

/** Server that is left where it is. */
export interface UnmovedServer {
  readonly file: FoundFile;
  readonly name: string;
  readonly reason: string;
}

/** Everything `init` would do; nothing has been started or written. */
export interface InitPlan {
  readonly moves: readonly Move[];
  readonly stays: readonly UnmovedServer[];
  readonly broken: Scan["broken"];
  readonly config: { readonly path: string; readonly before: Buffer | undefined };
  readonly clients: readonly (FileChange & { readonly file: FoundFile })[];
  readonly additions: Additions;
}
