import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { createClient } from "./client.mjs";
import { createHttpClient, createSseClient } from "./http-client.mjs";
import { overHttp, toRemote } from "./peers.mjs";

const node = process.execPath;
const upstream = path.join(import.meta.dirname, "upstream.mjs");

/** The two places to stand, with who can stand there. */
export const PLACES = [
  { name: "http", title: "client over HTTP, server over stdio", contenders: overHttp, start: startOverHttp },
  {
    name: "remote",
    title: "client over stdio, server over HTTP",
    contenders: toRemote,
    start: startToRemote,
  },
];

const INITIALIZE = JSON.stringify({
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "bench", version: "1.0.0" },
});

async function startOverHttp(contender, home) {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}/mcp`;
  const began = performance.now();
  const child = run(contender.argv({ ...writeConfigs(home), port }), home);
  try {
    const client = await patiently(child, async () => {
      const connected = contender.isSse ? await createSseClient(url) : createHttpClient(url);
      await connected.request("initialize", INITIALIZE);
      return connected;
    });
    return await running({ contender, client, began, child, others: [] });
  } catch (error) {
    await stop(child);
    throw error;
  }
}

async function startToRemote(contender, home) {
  const port = String(await freePort());
  const server = run([upstream, "--http", port], home);
  await patiently(server, () => reach(port));
  const url = `http://127.0.0.1:${port}/mcp`;
  const began = performance.now();
  const child = run(contender.argv({ ...writeConfigs(home, url), url }), home);
  try {
    const client = createClient(child);
    await client.request("initialize", INITIALIZE);
    return await running({ contender, client, began, child, others: [server] });
  } catch (error) {
    await Promise.all([child, server].map(stop));
    throw error;
  }
}

async function running({ contender, client, began, child, others }) {
  const initializeMs = performance.now() - began;
  await client.notify("notifications/initialized");
  const list = async () => JSON.parse(await client.request("tools/list", "{}")).result.tools;
  const echo = await patiently(child, async () => {
    const found = (await list()).find(({ name }) => /(^|__)echo$/.test(name));
    if (!found) throw new Error("the tools are not there yet");
    return found.name;
  });
  return {
    initializeMs,
    readyMs: performance.now() - began,
    pid: child.pid,
    worksOn: contender.worksOn === true,
    call: (text) => client.request("tools/call", `{"name":"${echo}","arguments":{"text":"${text}"}}`),
    async stop() {
      client.close?.();
      await Promise.all([child, ...others].map(stop));
    },
  };
}

function writeConfigs(home, url) {
  const policy = { rules: [{ name: "everything", tool: "*", action: "allow" }] };
  const write = (name, config) => {
    writeFileSync(path.join(home, name), JSON.stringify(config));
    return path.join(home, name);
  };
  const local = { u1: { command: node, args: [upstream] } };
  return {
    plain: write("plain.json", { mcpServers: local }),
    local: write("local.json", { mcpServers: local, policy }),
    remote: write("remote.json", { mcpServers: { u1: { url } }, policy }),
  };
}

function run(argv, home) {
  const { DATABASE_URL, PRELOOP_CONFIG, SECRET_KEY, ENVIRONMENT, ...inherited } = process.env;
  const own = { HOME: home, PRELOOP_HOME: home, MCP_REMOTE_CONFIG_DIR: home, XDG_STATE_HOME: home };
  const env = { ...inherited, ...own, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
  return spawn(node, argv, { cwd: home, env, stdio: ["pipe", "pipe", "ignore"] });
}

// Whoever listens is not there at once; 20 s is more than any of them takes.
async function patiently(child, work) {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 4_000 || child.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

function reach(port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1", () => resolve(socket.destroy()));
    socket.on("error", reject);
  });
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.stdin.end();
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(timer);
}
