import { REDACTED, redactText } from "#base";
import { fail, type IssueCheck, type IssueSpan, partial, pass } from "./finding.ts";

/** Holds no token, key or password. They are found, and never quoted. */
export const hasNoSecrets: IssueCheck = ({ title, body }) => {
  const where = containsSecret(title) ? "title" : containsSecret(body) ? "text" : undefined;
  if (where === undefined) return pass("No token, key or password was found.");
  return fail(
    `The ${where} holds what looks like a token, a key or a password.`,
    "Make it invalid where it came from, then take it out: whoever could read the issue has it.",
  );
};

const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/; // of many lines, as nothing else here is

/** True when masking changes a line by more than a plain word. */
export function containsSecret(text: string): boolean {
  return PRIVATE_KEY.test(text) || text.split("\n").some((line) => secretsInLine(line).length > 0);
}

/** The text without its secrets; what only looks like the name of one stays. */
export function maskSecrets(text: string): string {
  const whole = PRIVATE_KEY.test(text) ? redactText(text) : text;
  return whole
    .split("\n")
    .map((line) => (secretsInLine(line).length > 0 ? redactText(line) : line))
    .join("\n");
}

function secretsInLine(line: string): string[] {
  const masked = redactText(line);
  if (masked === line) return [];
  const pieces = masked.split(REDACTED);
  const found: string[] = [];
  let at = pieces[0]!.length;
  for (const piece of pieces.slice(1)) {
    const end = piece === "" ? line.length : line.indexOf(piece, at + 1);
    if (end < 0) return [line.slice(at)];
    found.push(line.slice(at, end));
    at = end + piece.length;
  }
  // `password: wrong` and `token: <your token>` tell nothing; what a person would type at random does.
  return found.filter((word) => word.length >= 6 && !/^[\p{L}\s.<>{}$_*-]+$/u.test(word));
}

const EMAIL =
  /\b[\w.%+-]{1,64}@(?!example\.|test\.|localhost)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24}\b/i;
const NOBODY = /\b(?:git|noreply|no-reply|support|info|help)@/i;

/** Names no private address. */
export const hasNoPersonalData: IssueCheck = ({ body }) => {
  const found = EMAIL.exec(body);
  if (!found || NOBODY.test(found[0])) return pass("No e-mail address was found.");
  return partial("It holds an e-mail address.", "Does everyone who can read this need the address?");
};

const MAX_RAW_LINES = 200;

/** Code and logs stand in blocks. */
export const isTidy: IssueCheck = ({ lines, openFence }) => {
  if (openFence) {
    const at: IssueSpan = { in: "body", ...openFence };
    return fail("A code block is never closed.", "Where does the code end?", at);
  }
  const logs = lines.filter(({ kind }) => kind === "log");
  const [first] = logs;
  if (!first || logs.length < 5) return pass("Code and logs stand in blocks.");
  const reason = `${logs.length} lines of a log stand in the text.`;
  const at: IssueSpan = { in: "body", start: first.start, end: first.end };
  const advice = "Put the log into a code block, cut down to the lines that matter.";
  return logs.length > MAX_RAW_LINES ? fail(reason, advice, at) : partial(reason, advice, at);
};
