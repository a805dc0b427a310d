// What a process that must read messages costs at least: each one parsed, led to its server under an id of its own and
// put together again, in one write per turn. No rules, no audit, no store.
import { spawn } from "node:child_process";
import { createLines } from "./lines.mjs";

const [server, command, ...args] = process.argv.slice(2);
const upstream = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
const waiting = new Map();
let lastId = 0;

function forward(message) {
  const { id, method, params } = message;
  if (method === "tools/call") params.name = params.name.slice(`${server}__`.length);
  if (id !== undefined) waiting.set(++lastId, { id, method });
  return { jsonrpc: "2.0", id: id === undefined ? undefined : lastId, method, params };
}

function back(message) {
  const asked = waiting.get(message.id);
  waiting.delete(message.id);
  message.id = asked.id;
  if (asked.method === "tools/list")
    for (const tool of message.result.tools) tool.name = `${server}__${tool.name}`;
  return message;
}

function lead(from, to, change) {
  const feed = createLines();
  from.on("data", (chunk) => {
    const lines = feed(chunk).map((line) => `${JSON.stringify(change(JSON.parse(line)))}\n`);
    if (lines.length > 0) to.write(lines.join(""));
  });
}

lead(process.stdin, upstream.stdin, forward);
lead(upstream.stdout, process.stdout, back);
process.stdin.on("end", () => upstream.stdin.end());
upstream.on("exit", (code) => process.exit(code ?? 1));
