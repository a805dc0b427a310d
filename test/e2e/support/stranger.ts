import { execFileSync } from "node:child_process";
import { BIN } from "../../support/run-preloop.ts";

/** A user id that the system has never heard of, as containers have them. */
export const STRANGER = 54_321;

/** What runs a program as that user, without a group of ours. */
export const stranger = ["setpriv", `--reuid=${STRANGER}`, `--regid=${STRANGER}`, "--clear-groups"] as const;

/** True where that can be done, and preloop started so. */
export const isRunnableAs = tryOut();

function tryOut(): boolean {
  if (process.getuid?.() !== 0 || process.platform !== "linux") return false;
  try {
    execFileSync(stranger[0], [...stranger.slice(1), process.execPath, "--check", BIN], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
