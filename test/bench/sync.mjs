// Measures `preloop sync` of many issues with comments from a server on this machine: how long it takes beside the bare
// requests for the same pages, and how much memory. It measures and never judges.
//   npm run bundle && node test/bench/sync.mjs [--issues 10000] [--json]     DATABASE_URL adds a PostgreSQL
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { buildSource } from "../support/build-source.mjs";
import { quantile } from "./numbers.mjs";
import { cpuMicros, residentMb, storeOwners } from "./proc.mjs";

const root = path.join(import.meta.dirname, "../..");

/** Figures of a first sync, one with nothing new, and a full one. Without a URL the store is the embedded one. */
export async function measureSync({ issues = 10_000, databaseUrl } = {}) {
  const server = await startServer(issues);
  const home = await mkdtemp(path.join(tmpdir(), "preloop-bench-"));
  try {
    const env = await furnish(home, server, databaseUrl);
    const first = await syncOnce(home, env, server);
    const bareSeconds = await timeRequests(server, first.asked);
    await server.asked(); // those were ours
    const again = await syncOnce(home, env, server);
    const full = await syncOnce(home, env, server, "--full");
    return {
      store: databaseUrl ? "PostgreSQL" : "embedded",
      issues,
      comments: server.comments,
      bareSeconds,
      runs: [
        { name: "first", ...figures(first) },
        { name: "nothing new", ...figures(again) },
        { name: "--full", ...figures(full) },
      ],
    };
  } finally {
    for (const owner of storeOwners(home)) process.kill(owner, "SIGKILL");
    server.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The figures as lines for people. */
export function syncText({ store, issues, comments, bareSeconds, runs }) {
  const head = `sync of ${issues} issues and ${comments} comments, ${store} store`;
  const lines = runs.map(
    ({
      name,
      readSeconds,
      seconds,
      cpu,
      requests,
      rssStart,
      rssMedian,
      rssReading,
      rssPeak,
      storeRss,
      storeCpu,
    }) =>
      `  ${name.padEnd(12)} ${readSeconds.toFixed(1).padStart(6)} s of reading in ${seconds.toFixed(1)} s with the index (CPU ${cpu.toFixed(1)})  ` +
      `${String(requests).padStart(4)} requests  ` +
      `RSS ${rssStart.toFixed(0)} MB after a second, ${rssMedian.toFixed(0)} in the middle, ${rssReading.toFixed(0)} at most while reading, ${rssPeak.toFixed(0)} in all` +
      (Number.isNaN(storeRss) ? "" : `  store ${storeRss.toFixed(0)} MB, CPU ${storeCpu.toFixed(1)}`),
  );
  return [head, ...lines, `  the first one's requests alone take ${bareSeconds.toFixed(1)} s`].join("\n");
}

async function startServer(issues) {
  const outfile = await buildSource("fixtures/tracker-server.ts", `-${process.pid}`);
  const child = spawn(process.execPath, [outfile, String(issues)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value);
  const place = await next();
  await rm(outfile);
  return {
    ...place,
    /** The paths that were asked for since the last time. */
    async asked() {
      child.stdin.write("\n");
      return next();
    },
    close: () => child.stdin.end(),
  };
}

async function furnish(home, { url, token }, databaseUrl) {
  const config = path.join(home, "bench.config.json");
  const work = { type: "github", url, token, projects: ["acme/app"] };
  await writeFile(config, JSON.stringify({ trackers: { work } }));
  const { PATH } = process.env;
  const store = databaseUrl ? { DATABASE_URL: databaseUrl } : {};
  return { PATH, HOME: home, PRELOOP_HOME: home, PRELOOP_CONFIG: config, ...store };
}

async function syncOnce(home, env, server, ...args) {
  const began = performance.now();
  const child = spawn(process.execPath, [path.join(root, "bin/preloop.js"), "sync", "--json", ...args], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const rss = [];
  let storeRss = Number.NaN;
  let cpu = Number.NaN;
  const [running] = storeOwners(home);
  const storeCpuStart = running === undefined ? 0 : cpuMicros(running) / 1e6;
  let storeCpuEnd = Number.NaN;
  const timer = setInterval(() => {
    const resident = residentMb(child.pid);
    if (!Number.isNaN(resident)) rss.push({ at: performance.now() - began, mb: resident });
    cpu = cpuMicros(child.pid) / 1e6 || cpu;
    const [owner] = storeOwners(home);
    if (!owner) return;
    storeRss = Math.max(residentMb(owner), storeRss || 0);
    storeCpuEnd = cpuMicros(owner) / 1e6 || storeCpuEnd;
  }, 250);
  let stdout = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(timer);
  if (status !== 0) throw new Error(`preloop sync ended with ${status}: ${stdout}`);
  const report = JSON.parse(stdout);
  return {
    seconds: (performance.now() - began) / 1000,
    rss,
    storeRss,
    storeCpu: storeCpuEnd - storeCpuStart,
    cpu,
    report,
    asked: await server.asked(),
  };
}

function figures({ seconds, rss, storeRss, storeCpu, cpu, asked, report }) {
  const [{ new: added, unchanged, comments, durationMs }] = report.projects;
  // What comes after the reading is the index's.
  const whileReading = rss.filter(({ at }, n) => n === 0 || at <= durationMs).map(({ mb }) => mb);
  return {
    ...{
      readSeconds: durationMs / 1000,
      seconds,
      requests: asked.length,
      added,
      unchanged,
      comments,
      storeRss,
      storeCpu,
      cpu,
    },
    rssStart: whileReading[Math.min(3, whileReading.length - 1)] ?? Number.NaN,
    rssMedian: quantile(whileReading, 0.5),
    rssReading: Math.max(...whileReading),
    rssPeak: Math.max(...rss.map(({ mb }) => mb)),
  };
}

/** Asks for the same pages once more, and does nothing with them but to read their JSON. */
async function timeRequests({ url, token }, asked) {
  const began = performance.now();
  for (const one of asked) {
    const answer = await fetch(url + one, { headers: { authorization: `token ${token}` } });
    await answer.json();
  }
  return (performance.now() - began) / 1000;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { issues: { type: "string" }, json: { type: "boolean" } } });
  const issues = Number(values.issues ?? 10_000);
  const all = [await measureSync({ issues })];
  if (process.env.DATABASE_URL)
    all.push(await measureSync({ issues, databaseUrl: process.env.DATABASE_URL }));
  console.log(values.json ? JSON.stringify(all, null, 2) : all.map(syncText).join("\n\n"));
}
