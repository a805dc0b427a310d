type Message = Readonly<Record<string, unknown>>;

const request = (method: string, params?: object): Message => ({ method, ...(params && { params }) });
/** A notification or an answer: it brings its own id, or none. */
const other = (message: object): Message => ({ id: undefined, ...message });

const elicited = { action: "accept", content: { a: "x" } };
const sampled = { role: "assistant", model: "m", content: { type: "text", text: "x" } };

/** Every kind of message that a client may say, as it should be. */
export const TEMPLATES: readonly Message[] = [
  request("ping"),
  request("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: {} },
    clientInfo: { name: "fuzz", version: "1" },
  }),
  request("server/discover", {}),
  request("tools/list", { cursor: "c" }),
  request("tools/call", { name: "noisy__read", arguments: { a: 1, b: [true, null] } }),
  request("tools/call", { name: "noisy__write", arguments: {}, _meta: { progressToken: "t" } }),
  request("tools/call", { name: "wild__read", arguments: { echo: 1 }, task: { ttl: 1000 } }),
  request("tools/call", { name: "noisy__read", requestState: "s", inputResponses: { a: elicited } }),
  request("prompts/list", {}),
  request("prompts/get", { name: "noisy__p", arguments: { a: "x" } }),
  request("resources/list", {}),
  request("resources/templates/list", {}),
  request("resources/read", { uri: "test://r" }),
  request("resources/subscribe", { uri: "test://r" }),
  request("resources/unsubscribe", { uri: "test://r" }),
  request("completion/complete", {
    ref: { type: "ref/prompt", name: "noisy__p" },
    argument: { name: "a", value: "" },
    context: { arguments: { b: "x" } },
  }),
  request("logging/setLevel", { level: "debug" }),
  request("subscriptions/listen", {
    notifications: { toolsListChanged: true, resourceSubscriptions: ["test://r"] },
  }),
  request("tasks/get", { taskId: "t" }),
  request("tasks/list", {}),
  request("tasks/result", { taskId: "t" }),
  request("tasks/cancel", { taskId: "t" }),
  other({ method: "notifications/initialized" }),
  other({ method: "notifications/cancelled", params: { requestId: 1, reason: "r" } }),
  other({ method: "notifications/progress", params: { progressToken: 1, progress: 1, total: 2 } }),
  other({ method: "notifications/roots/list_changed" }),
  other({ id: 1, result: elicited }),
  other({ id: 2, result: sampled }),
  other({ id: 3, result: { roots: [{ uri: "file:///x", name: "x" }] } }),
  other({ id: 4, error: { code: -1, message: "no", data: {} } }),
];

/** What a client of the modern era says with every request. */
export const ENVELOPE = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "fuzz", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {
    sampling: {},
    elicitation: { form: {}, url: {} },
    roots: {},
  },
};
