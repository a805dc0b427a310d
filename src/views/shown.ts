import { makeVisible } from "#base";
import type { Approval } from "#model";

/** A person's, an agent's or a server's text in one line, safe to show. */
export function shown(text: string): string {
  return makeVisible(text).text;
}

/** `server › tool`, the name that a person knows a call by, safe to show. */
export function toolTitle({ server, tool }: Pick<Approval, "server" | "tool">): string {
  return `${shown(server)} › ${shown(tool)}`;
}
