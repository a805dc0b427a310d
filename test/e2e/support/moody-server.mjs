// An MCP server whose tools are what a file says at the moment; it tells when the file changes.
// node moody-server.mjs TOOLS.json LEDGER
import { appendFileSync, readFileSync, watchFile } from "node:fs";
import { createInterface } from "node:readline";

const [file, ledger] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: { listChanged: true } },
    serverInfo: { name: "moody", version: "1" },
  }),
  "tools/list": () => ({ tools: JSON.parse(readFileSync(file, "utf8")) }),
  "tools/call": ({ name, arguments: args }) => {
    appendFileSync(ledger, `${JSON.stringify({ tool: name, arguments: args })}\n`);
    return { content: [{ type: "text", text: `${name} done` }] };
  },
  ping: () => ({}),
};

watchFile(file, { interval: 50 }, () => say({ method: "notifications/tools/list_changed" }));
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return;
    const answer = answers[method];
    if (answer) say({ id, result: answer(params) });
    else say({ id, error: { code: -32601, message: `Method not found: ${method}` } });
  })
  .on("close", () => process.exit());
