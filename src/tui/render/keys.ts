import { line, quiet, type StyledLine, strong } from "./styled-line.ts";

/** Every key and what it does, as the help screen and the documentation list them. */
export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["j k ↑ ↓ Home End", "move in a list, scroll the detail"],
  ["PgUp PgDn", "scroll the detail by a page"],
  ["1-5 Tab", "Pending, Detail, Sessions, Grants, History"],
  ["Enter Esc", "open the detail, go back"],
  ["/ n N", "filter (text, tool: risk: server: session:), next, previous"],
  ["v", "arguments as fields, JSON, changes, source"],
  ["r", "reveal masked secrets (written to the audit)"],
  ["a", "approve this one call; high risk asks for a number"],
  ["e", "edit the arguments in your editor, then approve"],
  ["d", "deny with a reason that the agent reads"],
  ["g", "approve, and let calls like it pass for a while"],
  ["Space A", "mark; approve all marked (same tool, same risk)"],
  ["x", "freeze or thaw the session"],
  ["R", "revoke the grant (in Grants)"],
  ["y", "copy the id"],
  ["m", "no bell for 10 minutes"],
  ["?", "this help"],
  ["q", "quit; what is pending stays pending"],
];

export function helpLines(): readonly StyledLine[] {
  return [
    ...KEYS.map(([keys, what]) => line("  ", strong(keys.padEnd(18)), what)),
    line(),
    line(quiet("  A key decides only when it comes alone, about an item that was on the screen for 0.6 s.")),
    line(quiet("  Enter never approves. Lines behind ┊ were written by others.")),
  ];
}
