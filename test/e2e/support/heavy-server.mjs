// An MCP server that says whatever bytes it is asked for, and writes down what it heard.
// node heavy-server.mjs LEDGER [MORE_TOOLS]
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [ledger, more = "0"] = process.argv.slice(2);
const write = (text) => process.stdout.write(`${text}\n`);
const say = (message) => write(JSON.stringify({ jsonrpc: "2.0", ...message }));
const tool = (name) => ({ name, description: `Does ${name}.`, inputSchema: { type: "object" } });
const names = ["echo", "big", "raw", "wait", "deaf"];
const done = (text) => ({ content: [{ type: "text", text }] });

const calls = {
  // The line as it came is the answer to what arrived.
  echo: (id, _, line) => {
    appendFileSync(ledger, `${line}\n`);
    say({ id, result: done(`${line.length} characters`) });
  },
  big: (id, { bytes }) => {
    const block = "x".repeat(1 << 20);
    process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"`);
    for (let left = bytes; left > 0; left -= block.length) process.stdout.write(block.slice(0, left));
    write('"}]}}');
  },
  // The bytes are the answer, but for its id.
  raw: (id, { base64 }) => {
    const text = Buffer.from(base64, "base64").toString("latin1").replaceAll("ID", String(id));
    process.stdout.write(Buffer.from(`${text}\n`, "latin1"));
  },
  wait: (id, { ms }) => setTimeout(() => say({ id, result: done(`waited ${ms}`) }), ms),
  deaf: () => process.stdin.pause(),
};
const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: "heavy", version: "1" },
  }),
  "tools/list": () => ({
    tools: [...names, ...Array.from({ length: Number(more) }, (_, at) => `extra-${at}`)].map(tool),
  }),
};

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return;
    if (method === "tools/call") {
      const call = calls[params.name] ?? ((callId) => say({ id: callId, result: done(params.name) }));
      call(id, params.arguments, line);
    } else if (answers[method]) say({ id, result: answers[method](params) });
    else say({ id, error: { code: -32601, message: "Method not found" } });
  })
  .on("close", () => process.exit());
