import { makeVisible, redactText } from "#base";
import { quoteWord } from "./command-text.ts";
import type { ServerAnswer } from "./doctor/ask-server.ts";
import type { ProposedRule } from "./extend-config.ts";
import type { InitPlan, Move } from "./init-plan.ts";
import type { UndoneFile } from "./undo.ts";

/** A plan for people to judge: exact commands, names of variables without their values, nothing that could hide. */
export function planLines({ moves, stays, broken, config, clients }: InitPlan): string[] {
  const lines: string[] = [];
  for (const { file, places } of clients) {
    const scope =
      file.scope === "project" ? ", a file of this project: whoever can change the project wrote it" : "";
    lines.push(`${file.client.title}  ${file.path}${scope}`);
    for (const move of moves.filter((one) => one.file === file)) lines.push(...moveLines(move));
    const entry = places.find(({ inserted }) => inserted)?.inserted;
    if (entry) lines.push(`  in their place: ${entry.name} ${JSON.stringify(shownEntry(entry.value))}`);
    if (file.path.endsWith(".claude.json"))
      lines.push("  close Claude Code first: it rewrites this file while it runs");
  }
  for (const { file, name, reason } of stays) lines.push(`stays: ${name} in ${file.path}: ${reason}`);
  for (const { path: file, reason } of broken) lines.push(`cannot be read: ${file}: ${reason}`);
  if (moves.length > 0)
    lines.push(`preloop's config: ${config.path}${config.before ? "" : " (new)"}, for you alone (mode 600)`);
  return lines.map(safe);
}

function moveLines({ at, from, to, server, shown, dropped, isKnown }: Move): string[] {
  const place = at.length > 1 ? ` (${at.slice(1, -1).join(" ")})` : "";
  const renamed = from === to ? "" : ` as ${to}`;
  const known = isKnown ? ", which preloop has already" : "";
  const lines = [`  ${from}${place}${renamed}${known}: ${shown}`];
  if (server.cwd !== undefined) lines.push(`    in ${quoteWord(server.cwd)}`);
  const names = Object.keys(server.env ?? {});
  if (names.length > 0) lines.push(`    with ${names.join(", ")}`);
  const headers = Object.keys(server.headers ?? {});
  if (headers.length > 0) lines.push(`    with the headers ${headers.join(", ")}`);
  if (server.disabled) lines.push("    switched off, as it is now");
  for (const key of dropped) lines.push(`    without "${key}"${GRANTS.includes(key) ? GRANT : ""}`);
  return lines;
}

/** Keys with which a client lets tools pass unasked: what was a habit there is no yes here. */
const GRANTS = ["alwaysAllow", "autoApprove", "trust", "default_tools_approval_mode"];
const GRANT = ": what passes is for preloop's policy to say";

/** Proposed rules, and what is known of the servers they are for. */
export function proposalLines(
  rules: readonly ProposedRule[],
  asked: ReadonlyMap<string, ServerAnswer>,
): string[] {
  const lines: string[] = [];
  for (const [name, answer] of asked)
    if (answer.kind === "down")
      lines.push(redactText(`${name} could not be asked for its tools: ${answer.reason}`));
  if (rules.length > 0) lines.push("Proposed policy; every call it does not name is asked about:");
  for (const { action, risk, tool, reason } of rules)
    lines.push(`  ${action}${risk ? ` (risk ${risk})` : ""}  ${tool.join(", ")}`, `         ${reason}`);
  return lines.map(safe);
}

/** What became of each file on the way back. */
export function undoneLines(done: readonly UndoneFile[]): string[] {
  return done.map(({ path: file, outcome, note }) =>
    safe(`${outcome.padEnd(9)} ${file}${note === undefined ? "" : `: ${note}`}`),
  );
}

function shownEntry(value: unknown): unknown {
  const { env, environment, ...rest } = value as Record<string, unknown>;
  const names = Object.keys((env ?? environment ?? {}) as object);
  return names.length > 0 ? { ...rest, env: names } : rest;
}

function safe(line: string): string {
  return makeVisible(line).text;
}
