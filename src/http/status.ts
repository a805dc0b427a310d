import { isPreloopError } from "#base";

/** The status that the error table has for a failure; one that is not in it is ours. */
export function httpStatusOf(error: unknown): number {
  return isPreloopError(error) ? error.status.http : 500;
}
