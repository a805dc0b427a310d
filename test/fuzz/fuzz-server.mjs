// A server that answers as it should, and says a lot else besides. node fuzz-server.mjs SEED
import { createInterface } from "node:readline";
import { createRandom, mutate } from "./mutate.mjs";

const random = createRandom(Number(process.argv[2]));
const write = (bytes) => process.stdout.write(Buffer.concat([bytes, Buffer.from("\n")]));
const say = (message) => write(Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message })));
const tools = ["read", "write"].map((name) => ({ name, inputSchema: { type: "object" } }));
const answers = {
  initialize: (params) => ({
    protocolVersion: params?.protocolVersion ?? "2025-11-25",
    capabilities: { tools: {}, prompts: {}, resources: {}, logging: {}, completions: {} },
    serverInfo: { name: "fuzz", version: "1" },
  }),
  "tools/list": () => ({ tools }),
  "tools/call": () => ({ content: [{ type: "text", text: "done" }] }),
  "prompts/list": () => ({ prompts: [{ name: "p" }] }),
  "resources/list": () => ({ resources: [{ uri: "test://r", name: "r" }] }),
};
const noise = (id) => [
  { jsonrpc: "2.0", id: id + 1000, result: {} },
  { jsonrpc: "2.0", id, error: { code: -1, message: "late" } },
  { jsonrpc: "2.0", id: "s1", method: "sampling/createMessage", params: { messages: [], maxTokens: 1 } },
  { jsonrpc: "2.0", id: 7, method: "ping" },
  { jsonrpc: "2.0", method: "notifications/tools/list_changed" },
  { jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data: "x" } },
  { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: id, progress: 1 } },
  { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } },
];

createInterface({ input: process.stdin }).on("line", (line) => {
  let message;
  try {
    message = JSON.parse(line);
  } catch {
    // What preloop sends is JSON, whatever it was sent: a server must never see anything else.
    process.stderr.write("NOT JSON\n");
    process.exit(99);
  }
  const { id, method, params } = message;
  if (method === undefined || id === undefined) return;
  const isOpening = method === "initialize" || method.endsWith("/list") || params?.arguments?.sane === true;
  if (!isOpening && typeof id === "number" && random.below(3) === 0)
    write(mutate(random, random.pick(noise(id))));
  const answer = answers[method];
  if (answer) say({ id, result: answer(params) });
  else say({ id, error: { code: -32601, message: "Method not found" } });
});
