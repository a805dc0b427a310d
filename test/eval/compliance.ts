import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { assess, openMetrics } from "#compliance";
import { markdownOfWiki } from "#markup";

interface Report {
  readonly id: string;
  readonly type: string;
  readonly resolution?: string | null;
  readonly title: string;
  readonly body?: string | null;
}

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { json: { type: "boolean", default: false }, every: { type: "string" } },
});

for (const folder of folders()) {
  const figures = await measure(folder);
  if (options.json) console.log(JSON.stringify(figures));
  else print(figures);
}

type Figures = Awaited<ReturnType<typeof measure>>;

async function measure(folder: string) {
  const bugs = readReports(folder).filter(({ type }) => type === "Bug");
  const metric = openMetrics({ metrics: {} }).find("DoR");
  const began = performance.now();
  const scores = async (resolution: string) => {
    const chosen = bugs.filter((report) => report.resolution === resolution);
    const found: { readonly id: string; readonly score: number }[] = [];
    for (const { id, title, body } of chosen) {
      // Its fields are left out: whoever resolved an issue has set them since.
      const { score } = await assess({ title, body: markdownOf(body ?? ""), type: "Bug" }, metric);
      found.push({ id, score: score ?? 0 });
    }
    return found;
  };
  const fixed = await scores("Fixed");
  const asked = await scores("Needs more info");
  const perIssueMs = (performance.now() - began) / Math.max(1, fixed.length + asked.length);
  // A part of them that depends on nothing but their ids.
  const held = asked.filter(
    ({ id }) => [...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 10 < 3,
  );
  return {
    data: path.basename(folder),
    fixed: { count: fixed.length, mean: mean(fixed) },
    needsMoreInfo: { count: asked.length, mean: mean(asked), auc: auc(fixed, asked) },
    threeTenthsOfThem: { count: held.length, mean: mean(held), auc: auc(fixed, held) },
    perIssueMs,
  };
}

interface Scored {
  readonly score: number;
}

function mean(scored: readonly Scored[]): number {
  return scored.reduce((sum, { score }) => sum + score, 0) / Math.max(1, scored.length);
}

/** How often one of the better ones scores above one of the others. */
function auc(better: readonly Scored[], others: readonly Scored[]): number {
  let wins = 0;
  for (const one of better)
    for (const other of others) wins += one.score > other.score ? 1 : one.score === other.score ? 0.5 : 0;
  return wins / Math.max(1, better.length * others.length);
}

function print({ data, fixed, needsMoreInfo, threeTenthsOfThem, perIssueMs }: Figures): void {
  const two = (value: number) => value.toFixed(2);
  console.log(`\n${data}: DoR by rules of bugs that were fixed, against those that needed more information`);
  console.log(`  fixed             ${fixed.count} issues, mean score ${two(fixed.mean)}`);
  for (const [name, part] of [
    ["needs more info", needsMoreInfo],
    ["three tenths", threeTenthsOfThem],
  ] as const)
    console.log(
      `  ${name.padEnd(16)}  ${part.count} issues, mean score ${two(part.mean)}, AUC ${part.auc.toFixed(3)}`,
    );
  console.log(`  ${perIssueMs.toFixed(2)} ms an issue`);
}

// Old issues came in as HTML inside of wiki markup.
function markdownOf(body: string): string {
  if (!body.includes("{html}")) return markdownOfWiki(body).markdown;
  return body
    .replaceAll("{html}", "")
    .replace(/<h(\d)[^>]*>\s*/g, (_, level) => `\n\n${"#".repeat(Number(level))} `)
    .replace(/<pre[^>]*>|<\/pre>/g, "\n```\n")
    .replace(/<li[^>]*>\s*/g, "\n- ")
    .replace(/<br\s*\/?>/g, "\n")
    .replace(/<\/?(?:p|div|ul|ol|h\d|blockquote)\b[^>]*>/g, "\n\n")
    .replace(/<[^>]+>/g, "")
    .replace(
      /&(lt|gt|amp|quot);/g,
      (_, name: string) => ({ lt: "<", gt: ">", amp: "&", quot: '"' })[name] ?? "",
    );
}

function folders(): string[] {
  const named = [...positionals, ...(process.env.PRELOOP_EVAL?.split(path.delimiter) ?? [])];
  const sibling = path.join(process.cwd(), "../shared/eval");
  const all =
    named.length > 0 || !existsSync(sibling)
      ? named
      : readdirSync(sibling).map((name) => path.join(sibling, name));
  const found = all.filter((one) => fileOf(one) && hasResolutions(one));
  if (found.length === 0)
    console.error("Compliance is not measured: no folder of reports with resolutions was named or found.");
  return found;
}

function fileOf(folder: string): string | undefined {
  return ["issues.jsonl", "issues.jsonl.gz"]
    .map((name) => path.join(folder, name))
    .find((file) => existsSync(file));
}

function hasResolutions(folder: string): boolean {
  return readReports(folder).some(({ resolution }) => resolution === "Needs more info");
}

function readReports(folder: string): Report[] {
  const file = fileOf(folder)!;
  const bytes = readFileSync(file);
  const text = file.endsWith(".gz") ? gunzipSync(bytes).toString("utf8") : bytes.toString("utf8");
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Report);
}
