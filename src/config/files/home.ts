import { chmodSync, lstatSync, mkdirSync, type Stats } from "node:fs";
import path from "node:path";
import { codeOf, messageOf, PreloopError } from "#base";

/** What to do about a home that takes nothing. */
export const ELSEWHERE = "set PRELOOP_HOME to a directory of yours that can be written";

/**
 * Makes sure that `home` exists, for this user alone. @throws home_unusable when another user could have put something
 * there, or still can
 */
export function openHome(home: string): void {
  try {
    // Not `recursive` at once: Node says ENOENT then where a disk is read-only.
    mkdirSync(path.dirname(home), { recursive: true, mode: 0o700 });
    mkdirSync(home, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST")
      throw unusable(home, `cannot be created: ${messageOf(error)}; ${ELSEWHERE}`);
  }
  const fault = faultOf(home, process.getuid?.());
  if (fault !== undefined) throw unusable(home, fault);
  // Others may not look in either, also where the directory was made by hand.
  if (process.getuid && lstatSync(home).mode & 0o077) chmodSync(home, 0o700);
}

/** What makes a home unsafe for the user; undefined when it is safe, or not there yet. */
export function faultOf(home: string, uid: number | undefined): string | undefined {
  const stats = statsOf(home);
  if (!stats) return undefined;
  if (stats.isSymbolicLink()) return "is a symbolic link";
  if (!stats.isDirectory()) return "is not a directory";
  // On Windows there is no uid, and the modes say nothing.
  if (uid === undefined) return undefined;
  if (stats.uid !== uid) return `belongs to another user (uid ${stats.uid})`;
  if (stats.mode & 0o022)
    return `can be written by other users (mode ${(stats.mode & 0o777).toString(8)}); run chmod 700 on it`;
  return undefined;
}

function statsOf(home: string): Stats | undefined {
  try {
    return lstatSync(home);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw unusable(home, `cannot be looked at: ${messageOf(error)}`);
  }
}

function unusable(home: string, fault: string): PreloopError {
  return new PreloopError("home_unusable", `PRELOOP_HOME ${home} ${fault}`);
}
