// Other proxies on npm. None of them stands between a client and a server that both speak stdio, so each is measured where
// it can stand, and preloop there too.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const PEERS = { "mcp-hub": "4.2.1", "mcp-proxy": "6.7.19", "mcp-remote": "0.15.1", supergateway: "4.0.0" };
const folder = path.join(os.tmpdir(), "preloop-bench-peers");
const here = import.meta.dirname;
const node = process.execPath;
const upstream = path.join(here, "upstream.mjs");
const bin = path.join(here, "../../bin/preloop.js");
const peer = (name, file) => path.join(folder, "node_modules", name, file);

/** Fetches the peers into a folder of their own, once: nothing of them is part of preloop. */
export function installPeers() {
  if (Object.keys(PEERS).every((name) => existsSync(peer(name, "package.json")))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, dependencies: PEERS }));
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
  execFileSync("npm", ["install", ...flags], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** Between a client over HTTP and a server over stdio. */
export const overHttp = [
  { name: "direct", argv: ({ port }) => [upstream, "--http", port] },
  {
    name: "preloop",
    worksOn: true,
    argv: ({ port, local }) => [bin, "--http", "--port", port, "--config", local],
  },
  {
    name: "mcp-proxy",
    argv: ({ port }) => [
      peer("mcp-proxy", "dist/bin/mcp-proxy.mjs"),
      ...["--host", "127.0.0.1", "--port", port, "--server", "stream", "--", node, upstream],
    ],
  },
  {
    name: "supergateway",
    argv: ({ port }) => [
      peer("supergateway", "dist/index.js"),
      ...["--stdio", `${node} ${upstream}`, "--outputTransport", "streamableHttp", "--stateful"],
      ...["--port", port, "--logLevel", "none"],
    ],
  },
  {
    name: "mcp-hub",
    isSse: true,
    argv: ({ port, plain }) => [peer("mcp-hub", "dist/cli.js"), "--port", port, "--config", plain],
  },
];

/** Between a client over stdio and a server over HTTP. */
export const toRemote = [
  { name: "preloop", worksOn: true, argv: ({ remote }) => [bin, "--config", remote] },
  {
    name: "mcp-remote",
    argv: ({ url }) => [peer("mcp-remote", "dist/proxy.js"), url, "--allow-http", "--transport", "http-only"],
  },
  {
    name: "supergateway",
    argv: ({ url }) => [peer("supergateway", "dist/index.js"), "--streamableHttp", url, "--logLevel", "none"],
  },
];
