// An MCP server whose instructions, prompts, resources and templates are what a file says at the moment; it tells when
// the file changes.
// node wordy-server.mjs WORDS.json LEDGER
import { appendFileSync, readFileSync, watchFile } from "node:fs";
import { createInterface } from "node:readline";

const [file, ledger] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const words = () => JSON.parse(readFileSync(file, "utf8"));
const acts = (answer) => (params, method) => {
  appendFileSync(ledger, `${JSON.stringify({ tool: method, arguments: params })}\n`);
  return answer(params);
};
const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {}, prompts: {}, resources: { subscribe: true }, completions: {} },
    serverInfo: { name: "wordy", version: "1" },
    instructions: words().instructions,
  }),
  "tools/list": () => ({ tools: [{ name: "act", inputSchema: { type: "object" } }] }),
  "prompts/list": () => ({ prompts: words().prompts ?? [] }),
  "resources/list": () => ({ resources: words().resources ?? [] }),
  "resources/templates/list": () => ({ resourceTemplates: words().templates ?? [] }),
  "prompts/get": acts(({ name }) => ({
    messages: [{ role: "user", content: { type: "text", text: `prompt ${name}` } }],
  })),
  "resources/read": acts(({ uri }) => ({ contents: [{ uri, text: `content of ${uri}` }] })),
  "resources/subscribe": acts(() => ({})),
  "completion/complete": acts(() => ({ completion: { values: ["one"] } })),
  ping: () => ({}),
};

watchFile(file, { interval: 50 }, () => {
  for (const listing of ["prompts", "resources"]) say({ method: `notifications/${listing}/list_changed` });
});
createInterface({ input: process.stdin })
  .on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return;
    const answer = answers[method];
    if (answer) say({ id, result: answer(params, method) });
    else say({ id, error: { code: -32601, message: `Method not found: ${method}` } });
  })
  .on("close", () => process.exit());
