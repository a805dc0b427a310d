// A server that answers, and says a lot else besides. node fuzz-server.mjs calm|noisy|wild SEED
// calm: as it should; noisy: with broken messages in between, and broken answers to calls; wild: everything broken.
import { createInterface } from "node:readline";
import { createRandom, mutate, variants } from "./mutate.mjs";

const [mood, seed] = process.argv.slice(2);
const random = createRandom(Number(seed));
const write = (bytes) => process.stdout.write(Buffer.concat([bytes, Buffer.from("\n")]));
const say = (message) => write(Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message })));
const tools = ["read", "write"].map((name) => ({ name, inputSchema: { type: "object" } }));
const text = (what) => ({ content: [{ type: "text", text: String(what) }] });
const answers = {
  initialize: (params) => ({
    protocolVersion: params?.protocolVersion ?? "2025-11-25",
    capabilities: { tools: {}, prompts: {}, resources: { subscribe: true }, logging: {}, completions: {} },
    serverInfo: { name: "fuzz", version: "1" },
  }),
  "tools/list": () => ({ tools }),
  "tools/call": (params) => text(params?.arguments?.echo),
  "prompts/list": () => ({ prompts: [{ name: "p", arguments: [{ name: "a", required: true }] }] }),
  "prompts/get": () => ({ messages: [{ role: "user", content: { type: "text", text: "p" } }] }),
  "resources/list": () => ({ resources: [{ uri: "test://r", name: "r" }] }),
  "resources/templates/list": () => ({ resourceTemplates: [{ uriTemplate: "test://{x}", name: "t" }] }),
  "resources/read": () => ({ contents: [{ uri: "test://r", text: "r" }] }),
  "resources/subscribe": () => ({}),
  "resources/unsubscribe": () => ({}),
  "completion/complete": () => ({ completion: { values: ["x"], total: 1 } }),
  "logging/setLevel": () => ({}),
  ping: () => ({}),
};
const schema = { type: "object", properties: { a: { type: "string" } } };
const request = (id, method, params) => ({ jsonrpc: "2.0", id, method, params });
const notification = (method, params) => ({ jsonrpc: "2.0", method, params });
/** Every kind of message that a server may begin, and answers that nobody waits for. */
const noise = (id) => [
  { jsonrpc: "2.0", id: id + 1000, result: {} },
  { jsonrpc: "2.0", id, error: { code: -1, message: "late", data: { a: 1 } } },
  { jsonrpc: "2.0", id, result: { resultType: "input_required", requestState: "s", inputRequests: {} } },
  request("s1", "sampling/createMessage", { messages: [], maxTokens: 1 }),
  request("s2", "elicitation/create", { message: "m", requestedSchema: schema }),
  request("s3", "elicitation/create", {
    mode: "url",
    message: "m",
    url: "https://x.test/",
    elicitationId: "e",
  }),
  request(7, "roots/list", {}),
  request(8, "ping"),
  notification("notifications/tools/list_changed"),
  notification("notifications/prompts/list_changed"),
  notification("notifications/resources/list_changed"),
  notification("notifications/resources/updated", { uri: "test://r" }),
  notification("notifications/message", { level: "info", logger: "l", data: "x" }),
  notification("notifications/progress", { progressToken: id, progress: 1, total: 2, message: "m" }),
  notification("notifications/cancelled", { requestId: "s1", reason: "r" }),
  notification("notifications/elicitation/complete", { elicitationId: "e" }),
];

/** In turn every message with every one of its fields broken, for ever. */
function* brokenFields() {
  for (;;) for (let at = 0; at < noise(1).length; at++) yield* variants(noise(1)[at]);
}
const broken = brokenFields();

function beLoud(id) {
  write(broken.next().value);
  if (random.below(2) === 0) write(mutate(random, random.pick(noise(id))));
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
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
    const isOpening = method === "initialize" || method.endsWith("/list");
    const isLoud = mood === "wild" || (mood === "noisy" && !isOpening);
    if (isLoud && typeof id === "number") beLoud(id);
    const answer = answers[method];
    const reply = answer
      ? { id, result: answer(params) }
      : { id, error: { code: -32601, message: "Method not found" } };
    if (isLoud && random.below(4) === 0) write(mutate(random, { jsonrpc: "2.0", ...reply }));
    else say(reply);
  })
  .on("close", () => process.exit());
