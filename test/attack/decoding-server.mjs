// An MCP server that takes frames as programs in Go, Python or JavaScript would, and writes down what it understood.
// node decoding-server.mjs <go|python|js> <name> <log>
import { appendFileSync } from "node:fs";

const [decoder, name, log] = process.argv.slice(2);

/** JSON with every pair of every object, doubled keys and all. */
function parse(text) {
  let at = 0;
  const space = () => {
    while (/[ \t\r\n]/.test(text[at] ?? "")) at++;
  };
  const string = () => {
    const from = at++;
    while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    return JSON.parse(text.slice(from, ++at));
  };
  const list = (close, item) => {
    const items = [];
    at++;
    for (space(); text[at] !== close; space()) {
      items.push(item());
      space();
      if (text[at] === ",") at++;
      space();
    }
    at++;
    return items;
  };
  function value() {
    space();
    if (text[at] === "{")
      return {
        pairs: list("}", () => {
          const key = string();
          space();
          at++;
          return [key, value()];
        }),
      };
    if (text[at] === "[") return list("]", value);
    if (text[at] === '"') return string();
    const from = at;
    while (at < text.length && !/[,\]}\s]/.test(text[at])) at++;
    return JSON.parse(text.slice(from, at));
  }
  return value();
}

// encoding/json: a field takes any key that folds to it, the last one wins; a C string ends at its NUL.
const fold = (key) => key.split("\0")[0].normalize("NFKC").toUpperCase().toLowerCase();
const keyOf = decoder === "go" ? fold : (key) => key;

/** The value as the decoder's structs hold it. */
function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  const decoded = Object.create(null);
  for (const [key, item] of value.pairs) decoded[keyOf(key)] = decode(item);
  return decoded;
}

/** What a request is after, as this server sees it. */
function targetOf(method, params) {
  const get = (object, key) =>
    object !== null && typeof object === "object" ? object[keyOf(key)] : undefined;
  const args = get(params, "arguments");
  const [ref, argument] = [get(params, "ref"), get(params, "argument")];
  switch (method) {
    case "tools/call":
      return [get(params, "name"), get(args, "path"), get(get(args, "at"), "to")];
    case "prompts/get":
      return [get(params, "name"), get(args, "topic")];
    case "completion/complete":
      return [
        get(ref, "type"),
        get(ref, "name"),
        get(ref, "uri"),
        get(argument, "name"),
        get(argument, "value"),
      ];
    case "logging/setLevel":
      return [get(params, "level")];
    default:
      return method.startsWith("resources/") ? [get(params, "uri")] : [get(params, "cmd")];
  }
}

const schema = {
  type: "object",
  properties: { path: { type: "string" }, at: { type: "object", properties: { to: { type: "string" } } } },
};
const LISTS = {
  "tools/list": {
    tools: [
      { name: "good", inputSchema: schema },
      { name: "evil", inputSchema: schema },
    ],
  },
  "prompts/list": { prompts: [{ name: "good", arguments: [{ name: "topic" }] }, { name: "evil" }] },
  "resources/list": {
    resources: [
      { uri: `${name}:good`, name: "good" },
      { uri: `${name}:evil`, name: "evil" },
    ],
  },
  "resources/templates/list": { resourceTemplates: [] },
};
const capabilities = {
  tools: {},
  prompts: {},
  resources: { subscribe: true },
  completions: {},
  logging: {},
};
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

function answer(line) {
  const message = decode(parse(line));
  const { id, method } = message;
  const params = message.params ?? {};
  if (id === undefined || method === undefined) return;
  if (method === "initialize")
    return send({
      id,
      result: {
        protocolVersion: params[keyOf("protocolVersion")],
        capabilities,
        serverInfo: { name, version: "1" },
      },
    });
  if (method === "server/discover") return send({ id, error: { code: -32601, message: "legacy" } });
  if (LISTS[method]) return send({ id, result: LISTS[method] });
  const members = Object.keys(JSON.parse(line).params ?? {});
  appendFileSync(
    log,
    `${JSON.stringify({ name, method, members, target: targetOf(method, params), line })}\n`,
  );
  send({ id, result: { content: [], contents: [], messages: [], completion: { values: [] } } });
}

// Python's readline ends a line at a lone \r too.
const ends = decoder === "python" ? /\r\n|\n|\r/ : /\n/;
let rest = "";
process.stdin.setEncoding("utf8").on("data", (chunk) => {
  const lines = (rest + chunk).split(ends);
  rest = lines.pop();
  for (const line of lines) if (line.trim() !== "") answer(line);
});
process.stdin.on("end", () => process.exit(0));
