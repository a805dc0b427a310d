// An MCP server with one bad habit. node odd-server.mjs mute|fails-once|dies|slow LEDGER
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [habit, ledger] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
let listings = 0;

function list(id) {
  listings += 1;
  if (habit === "mute") return;
  if (habit === "fails-once" && listings === 1)
    return say({ id, error: { code: -32603, message: "not yet" } });
  say({ id, result: { tools: [{ name: "act", inputSchema: { type: "object" } }] } });
}

function call(id) {
  appendFileSync(ledger, "act\n");
  if (habit === "dies") process.exit(1);
  const result = { content: [{ type: "text", text: "acted" }] };
  setTimeout(() => say({ id, result }), habit === "slow" ? 20_000 : 0);
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "tools/list") list(id);
  else if (method === "tools/call") call(id);
  else if (method === "initialize")
    say({
      id,
      result: {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "odd", version: "1" },
      },
    });
  else if (id !== undefined) say({ id, error: { code: -32601, message: "Method not found" } });
});
