import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startGitHub } from "./github.ts";
import { startGitLab } from "./gitlab.ts";
import { JIRA_SEED, startJiraCloud, startJiraServer } from "./jira.ts";
import { type Seed, SMALL_SEED } from "./seed.ts";

const STARTS = {
  github: startGitHub,
  gitlab: startGitLab,
  "jira-cloud": startJiraCloud,
  "jira-server": startJiraServer,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: "string" }, seed: { type: "string" } },
});
const start = STARTS[positionals[0] as keyof typeof STARTS];
if (!start) throw new Error(`which one? ${Object.keys(STARTS).join(", ")}`);
const seed = values.seed ? (JSON.parse(readFileSync(values.seed, "utf8"), asDate) as Seed) : usualSeed();
const server = await start({ seed, port: Number(values.port ?? 0), isChecked: false });
const { url, token } = server;
const email = "email" in server ? { email: server.email } : {};
process.stdout.write(`${JSON.stringify({ url, token, ...email, projects: Object.keys(seed.projects) })}\n`);
process.on("SIGTERM", () => void server.close().then(() => process.exit(0)));

/** Times stand in a seed's file as text. */
function asDate(name: string, value: unknown): unknown {
  return /At$/.test(name) && typeof value === "string" ? new Date(value) : value;
}

/** Jira's projects have keys. */
function usualSeed(): Seed {
  return positionals[0]!.startsWith("jira") ? JIRA_SEED : SMALL_SEED;
}
