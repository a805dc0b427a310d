/** Flags of `preloop sync`, as the command line has them. */
export interface SyncFlags {
  readonly full?: boolean;
  readonly acceptLoss?: boolean;
  readonly watch?: boolean;
  readonly every: string;
  readonly status?: boolean;
  readonly json?: boolean;
}
