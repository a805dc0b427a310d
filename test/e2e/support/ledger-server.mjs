// An MCP server that writes down every tools/call it receives before it answers, so that tests can count what ran.
// node ledger-server.mjs LEDGER [DELAY_MS]
import { appendFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [ledger, delayMs = "0"] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const tool = (name, annotations) => ({
  name,
  description: `Writes ${name} into the ledger.`,
  inputSchema: { type: "object", properties: { note: { type: "string" } }, required: ["note"] },
  ...(annotations && { annotations }),
});

const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: { listChanged: true } },
    serverInfo: { name: "ledger", version: "1" },
  }),
  "tools/list": () => ({
    tools: [tool("read", { readOnlyHint: true }), tool("write"), tool("drop", { destructiveHint: true })],
  }),
  ping: () => ({}),
};

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === "tools/call") {
    appendFileSync(
      ledger,
      `${JSON.stringify({ tool: params.name, arguments: params.arguments, raw: line })}\n`,
    );
    await new Promise((resolve) => setTimeout(resolve, Number(delayMs)));
    return say({ id, result: { content: [{ type: "text", text: `${params.name} done` }] } });
  }
  const answer = answers[method];
  if (answer) say({ id, result: answer(params) });
  else say({ id, error: { code: -32601, message: `Method not found: ${method}` } });
});
