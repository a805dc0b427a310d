// npm run conformance [direct | http | stdio]: the protocol's own conformance suite against `preloop --http`, with our
// fixture behind it over HTTP and over stdio. Ends with 1 unless every required scenario passes.
import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const run = promisify(execFile);
const SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
const REQUIREMENTS = { "2025-11-25": 30, "2026-07-28": 37 };
const here = import.meta.dirname;
const root = path.join(here, "../..");
const cache = path.join(root, ".cache/conformance");
const suite = path.join(cache, "node_modules/@modelcontextprotocol/conformance/dist/index.js");
const fixture = path.join(here, "fixture.mjs");

/** What the suite may be pointed at, and how each is started. */
const TARGETS = {
  direct: (stop) => startFixture(stop),
  http: async (stop) => startPreloop({ url: await startFixture(stop) }, stop),
  stdio: (stop) => startPreloop({ command: process.execPath, args: [fixture, "stdio"] }, stop),
};

async function installSuite() {
  if (existsSync(suite)) return;
  await mkdir(cache, { recursive: true });
  await writeFile(path.join(cache, "package.json"), '{"private":true}');
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", SUITE], { cwd: cache });
}

function startFixture(stop) {
  return start([fixture, "http"], "stdout", { stop });
}

/** preloop over HTTP, in a home of its own, in front of one server that keeps its names. */
async function startPreloop(server, stop) {
  const home = await mkdtemp(path.join(os.tmpdir(), "preloop-conformance-"));
  stop.push(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const config = path.join(home, "preloop.config.json");
  const settings = { mcpServers: { fixture: { ...server, prefix: false } }, policy: { default: "allow" } };
  await writeFile(config, JSON.stringify(settings));
  const env = { PATH: process.env.PATH, HOME: home, PRELOOP_HOME: home, PRELOOP_CONFIG: config };
  const program = [
    process.env.PRELOOP_CONFORMANCE_BIN ?? path.join(root, "bin/preloop.js"),
    "--http",
    "--port",
    "0",
  ];
  return start(program, "stderr", { stop, env: { ...env, LOG_LEVEL: "WARNING" } });
}

/** Starts a program that prints its address, and has it stopped at the end; what else it says goes to stderr. */
async function start(args, says, { stop, env = process.env }) {
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  stop.push(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const lines = createInterface({ input: child[says] });
  return new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      const url = /http:\/\/\S+\/mcp/.exec(line)?.[0];
      if (url) resolve(url);
      else process.stderr.write(`${line}\n`);
    });
    ended.then((status) => reject(new Error(`${args.join(" ")} ended with ${status}`)));
  });
}

/** Runs one set of requirements; the report is the suite's own output. */
async function check(url, requirements) {
  const shim = path.join(here, "glob-shim.mjs");
  const args = ["--import", shim, suite, "server", "--url", url, "--requirements", requirements];
  const { stdout } = await run(process.execPath, args, { cwd: cache, maxBuffer: 2 ** 28 }).catch(
    (error) => error,
  );
  const [, summary = "", unscored = ""] =
    /=== SUMMARY ===([\s\S]*?)(?:\nNot scored([\s\S]*))?$/.exec(stdout) ?? [];
  const extras = new Set([...unscored.matchAll(/[✓✗] (\S+) \(/g)].map(([, name]) => name));
  const scored = [...summary.matchAll(/^([✓✗]) ([^:\s]+):/gm)].filter(([, , name]) => !extras.has(name));
  const failed = scored.filter(([, mark]) => mark === "✗").map(([, , name]) => name);
  return { passed: scored.length - failed.length, failed, stdout };
}

async function conform(target) {
  const stop = [];
  let isComplete = true;
  try {
    const url = await TARGETS[target](stop);
    for (const [requirements, wanted] of Object.entries(REQUIREMENTS)) {
      const { passed, failed, stdout } = await check(url, requirements);
      process.stdout.write(`${target.padEnd(6)} ${requirements} ${passed}/${wanted} ${failed.join(" ")}\n`);
      const report = path.join(cache, `${target}-${requirements}.txt`);
      await writeFile(report, stdout);
      if (passed === wanted) continue;
      isComplete = false;
      process.stdout.write(`       see ${path.relative(root, report)}\n`);
    }
  } finally {
    for (const end of stop.reverse()) await end();
  }
  return isComplete;
}

await installSuite();
const targets = process.argv.length > 2 ? process.argv.slice(2) : ["http", "stdio"];
for (const target of targets) if (!(await conform(target))) process.exitCode = 1;
