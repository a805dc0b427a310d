import { type Command, Option } from "commander";
import { type JsonObject, makeVisible, PreloopError } from "#base";
import type { Hit, SearchMode, SearchResult } from "#search";
import { shown } from "#views";
import type { CommandContext, Output } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { embeddersOf } from "./embedders.ts";

interface Flags {
  readonly mode: SearchMode;
  readonly project?: string;
  readonly tracker?: string;
  readonly status?: string;
  readonly limit: string;
  readonly json?: boolean;
}

/** `preloop search QUERY`. */
export function registerSearch(program: Command, context: CommandContext): void {
  program
    .command("search <query...>")
    .description("find issues of all trackers in the store, by words and by meaning")
    .addOption(
      new Option("--mode <mode>", "how to look")
        .choices(["hybrid", "fulltext", "similarity"])
        .default("hybrid"),
    )
    .option("--project <project>", "in one project only")
    .option("--tracker <name>", "in one tracker only")
    .option("--status <status>", "open, closed, or the tracker's own word")
    .option("--limit <count>", "how many at most", "10")
    .option("--json", "one JSON document")
    .action((words: readonly string[], flags: Flags) => search(context, words.join(" "), flags));
}

async function search(
  context: CommandContext,
  text: string,
  { json, limit, ...flags }: Flags,
): Promise<void> {
  const count = readLimit(limit);
  if (text.trim() === "")
    throw new PreloopError("usage", "Say what to search for: preloop search 'login fails'");
  const db = await context.store();
  const embedders = flags.mode === "fulltext" ? { models: [] } : await embeddersOf(context);
  const { searchIssues } = await import("#search");
  const found = await searchIssues(db, { text, ...flags, limit: count }, embedders);
  for (const note of found.notes) context.out.note(`preloop: ${makeVisible(note).text}`);
  if (json) return context.out.line(jsonText(found.hits.map(hitView)));
  if (found.hits.length === 0 && found.notes.length === 0) context.out.line("No issue was found.");
  for (const line of found.hits.flatMap((hit) => hitLines(hit, context.out))) context.out.line(line);
}

const MOST = 1000;

function readLimit(text: string): number {
  const count = Number(text);
  if (!/^[1-9]\d*$/.test(text) || count > MOST)
    throw new PreloopError("usage", `--limit takes a count from 1 to ${MOST}, not ${makeVisible(text).text}`);
  return count;
}

function hitView({ row, score, snippet, matched }: SearchResult["hits"][number]): JsonObject {
  return {
    issue: `${row.tracker}:${row.key}`,
    key: row.key,
    tracker: row.tracker,
    project: row.project,
    title: row.title,
    url: row.url,
    state: row.state,
    status: row.status,
    score: Number(score.toFixed(4)),
    snippet,
    matched: [...matched],
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function hitLines({ row, snippet, marks }: Hit, out: Output): string[] {
  const head = `${shown(row.key)}  ${shown(row.title)}`;
  return [
    out.isTty ? `\x1b[1m${head}\x1b[0m` : head,
    `  ${row.state === "open" ? ">" : "."} ${shown(row.status)}, ${row.updatedAt.toISOString().slice(0, 10)}  ${shown(row.url)}`,
    ...(snippet === "" ? [] : [`  ${highlighted(snippet, marks, out.isTty)}`]),
    "",
  ];
}

// Stretch by stretch, so that what the text hides is made visible and our own marks still act.
function highlighted(text: string, marks: Hit["marks"], isTty: boolean): string {
  let shownText = "";
  let at = 0;
  for (const [start, end] of marks) {
    const word = shown(text.slice(start, end));
    shownText += shown(text.slice(at, start)) + (isTty ? `\x1b[1;33m${word}\x1b[0m` : word);
    at = end;
  }
  return shownText + shown(text.slice(at));
}
