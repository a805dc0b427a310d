import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createClient } from "./client.mjs";
import { storeOwners } from "./proc.mjs";

const here = import.meta.dirname;
const node = process.execPath;
const upstream = path.join(here, "upstream.mjs");
const bin = path.join(here, "../../bin/preloop.js");

/** Client and upstream, nothing between; several upstreams are asked in parallel, each on its own connection. */
const direct = { name: "direct", isMiddle: false, takesMany: true, argv: () => [upstream] };
/** A process that copies bytes both ways. */
const pipe = {
  name: "pipe",
  isMiddle: true,
  takesMany: false,
  argv: () => [path.join(here, "pipe.mjs"), node, upstream],
};
/** The least that a process in the middle does which must know what it passes on. */
const router = {
  name: "router",
  isMiddle: true,
  takesMany: false,
  argv: () => [path.join(here, "router.mjs"), "u1", node, upstream],
};
/** preloop with one rule that allows everything, audit on, the store embedded in `home`. */
const preloop = {
  name: "preloop",
  isMiddle: true,
  takesMany: true,
  /** It goes on after the last answer: what was written down goes to the store when a burst of calls is over. */
  worksOn: true,
  argv: (home, count) => [bin, "--config", writeConfig(home, count)],
};

export const contenders = [direct, pipe, router, preloop];

function writeConfig(home, count) {
  const names = Array.from({ length: count }, (_, index) => `u${index + 1}`);
  const file = path.join(home, `${count}.json`);
  const config = {
    mcpServers: Object.fromEntries(names.map((name) => [name, { command: node, args: [upstream] }])),
    policy: { rules: [{ name: "everything", tool: "*", action: "allow" }] },
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** A home directory of its own: its path must be short, since a Unix socket lies in it. */
export function createHome() {
  const home = mkdtempSync("/tmp/plb-");
  return {
    path: home,
    owners: () => storeOwners(home),
    async remove() {
      for (const pid of storeOwners(home)) process.kill(pid, "SIGTERM");
      await until(() => storeOwners(home).length === 0, 5_000);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Starts a contender; resolves when every upstream's tools are listed. */
export async function start(contender, home, count = 1) {
  const connections = contender.isMiddle ? 1 : count;
  const began = performance.now();
  const children = Array.from({ length: connections }, () => run(contender.argv(home, count), home));
  const clients = children.map(createClient);
  const all = (ask) => Promise.all(clients.map(ask));
  try {
    await all((client) => client.request("initialize", INITIALIZE));
    const initializeMs = performance.now() - began;
    for (const client of clients) client.notify("notifications/initialized");
    const list = () => all((client) => client.request("tools/list", "{}"));
    const echo = await listed(list, count);
    return {
      initializeMs,
      readyMs: performance.now() - began,
      pid: children[0].pid,
      worksOn: contender.worksOn === true,
      list,
      call: (text) => clients[0].request("tools/call", `{"name":"${echo}","arguments":{"text":"${text}"}}`),
      stop: () => Promise.all(children.map(stop)),
    };
  } catch (error) {
    await Promise.all(children.map(stop));
    throw new Error(`${contender.name}: ${error.message}\n${children[0].said()}`, { cause: error });
  }
}

const INITIALIZE = JSON.stringify({
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "bench", version: "1.0.0" },
});

function run(argv, home) {
  const { DATABASE_URL, PRELOOP_CONFIG, SECRET_KEY, ENVIRONMENT, ...inherited } = process.env;
  const env = { ...inherited, PRELOOP_HOME: home, HOME: home };
  const child = spawn(node, argv, { cwd: home, env, stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  return Object.assign(child, { said: () => said });
}

// A slow upstream's tools may come after the first answer, so the list is asked for until it is whole.
async function listed(list, count) {
  for (let tries = 0; tries < 3_000; tries++) {
    const tools = (await list()).flatMap((reply) => JSON.parse(reply).result.tools);
    const echoes = tools.map((tool) => tool.name).filter((name) => /(^|__)echo$/.test(name));
    if (echoes.length === count) return echoes[0];
    await sleep(5);
  }
  throw new Error("the list of tools never held all of them");
}

async function stop(child) {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.stdin.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(timer);
}

async function until(isSo, limitMs) {
  for (let waited = 0; waited < limitMs && !isSo(); waited += 20) await sleep(20);
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
