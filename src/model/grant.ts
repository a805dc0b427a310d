export const GRANT_SCOPES = ["exact", "pattern", "tool"] as const;

/** Scope of a grant: which calls it covers. */
export type GrantScope = (typeof GRANT_SCOPES)[number];

/** Grant: a yes in advance to one exact call, to a pattern over arguments, or to a tool; for a session or until a time. */
export interface Grant {
  readonly id: string;
  readonly scope: GrantScope;
  readonly server: string;
  readonly tool: string;
  /** The grant dies with the definition it was given for. */
  readonly definitionDigest: string;
  /** Name of the workflow that asked; what another one guards, the grant does not cover. */
  readonly workflow: string;
  /** Of the arguments; for `pattern`, of those that the pattern does not name. */
  readonly argumentsDigest?: string;
  /** For `pattern`: top-level argument to the glob its text must match; arguments not named must equal the approved. */
  readonly pattern?: Readonly<Record<string, string>>;
  /** Whose sessions it holds for. */
  readonly user: string;
  /** The only session it holds for. */
  readonly sessionId?: string;
  readonly until?: Date;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly revokedAt?: Date;
  readonly uses: number;
}
