import fs from "node:fs";
import { codeOf } from "./errors.ts";

/**
 * True while a process of this host exists, whoever it belongs to. One that has ended and only waits for its parent to
 * notice is gone: in a container the parent may be a PID 1 that looks late, or never.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== "EPERM") return false;
  }
  return !isZombie(pid);
}

// A leader may have ended before its threads, which still hold the files. The fields follow the command's name in
// parentheses, which may itself hold some: the state is the third of all, the number of threads the 20th (proc(5)).
function isZombie(pid: number): boolean {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" && Number(fields[17]) <= 1;
  } catch {
    return false; // no Linux, or just gone
  }
}
