import { isPreloopError, makeVisible, messageOf } from "#base";

/** Says on stderr what went wrong and gives the exit status that the error table has for it. */
export function exitStatusOf(error: unknown, write: (text: string) => void): number {
  write(`preloop: ${sayError(error)}\n`);
  return isPreloopError(error) ? error.status.exit : 1;
}

// Messages quote servers, files and people, so each line is made safe; ours may have several.
function sayError(error: unknown): string {
  const lines = messageOf(error).split("\n");
  return lines.map((line) => makeVisible(line).text).join("\n");
}
