import os from "node:os";
import type { Settings } from "./types.ts";

/**
 * Who a person at this machine is: who decides, whose session it is, whose name stands in the audit. It is the
 * system's word alone; variables such as USER are the word of whoever runs the command.
 */
export function localUserOf({ osUser }: Pick<Settings, "osUser">): string {
  return `local:${osUser}`;
}

/**
 * The system's name for this process's user, or `uid-1000` where it has none, as in containers. Node asks the password
 * file (by the effective user id) or, on Windows, the session; no variable has a say in either.
 */
export function osUserOf(
  system: { readonly userInfo: () => { readonly username: string }; readonly uid: number | undefined } = {
    userInfo: os.userInfo,
    uid: process.geteuid?.(),
  },
): string {
  const unnamed = `uid-${system.uid ?? "unknown"}`;
  try {
    return system.userInfo().username || unnamed;
  } catch {
    return unnamed;
  }
}
