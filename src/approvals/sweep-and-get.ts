import { PreloopError } from "#base";
import type { Approval } from "#model";
import { type Db, findApproval, sweepApprovals } from "#store";

/** An approval as it is by the store's clock: whoever looks also does what time asks for. @throws not_found */
export async function sweepAndGet(db: Db, id: string): Promise<Approval> {
  await sweepApprovals(db, id);
  const approval = await findApproval(db, id);
  if (approval) return approval;
  throw new PreloopError("not_found", `No approval ${id}; "preloop approvals list --all" shows them`);
}

/** An id as people type it: case and the letters that look like digits are forgiven. */
export function typedId(text: string): string {
  return text.trim().toLowerCase().replaceAll("o", "0").replaceAll(/[il]/g, "1");
}
