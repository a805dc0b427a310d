// The server that every contender reaches: deterministic, without an SDK, as cheap as it can be, so that what is
// measured is what stands before it. Fifty tools; `echo` gives its text back. Over stdio, or `--http PORT`.
import http from "node:http";
import { createLines } from "./lines.mjs";

const TOOLS = 50;
const echo = {
  name: "echo",
  description: "Gives the text back.",
  inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
};
const fillers = Array.from({ length: TOOLS - 1 }, (_, index) => ({
  name: `operation_${String(index + 1).padStart(2, "0")}`,
  description: `Operation ${index + 1}: searches a made-up tracker and returns its records in a stable order.`,
  inputSchema: {
    type: "object",
    properties: {
      query: { type: "string", description: "Words to look for.", minLength: 1, maxLength: 500 },
      limit: { type: "integer", description: "At most so many results.", minimum: 1, maximum: 100 },
      state: { type: "string", enum: ["open", "closed", "all"], description: "Which ones." },
    },
    required: ["query"],
  },
}));
const list = JSON.stringify({ tools: [echo, ...fillers] });

function answer({ method, params }) {
  switch (method) {
    case "initialize": {
      const { protocolVersion } = params;
      const serverInfo = { name: "bench-upstream", version: "1.0.0" };
      return JSON.stringify({ protocolVersion, capabilities: { tools: {} }, serverInfo });
    }
    case "tools/list":
      return list;
    case "tools/call":
      return JSON.stringify({ content: [{ type: "text", text: params.arguments.text }] });
    case "ping":
      return "{}";
    default:
      return undefined;
  }
}

function reply(message) {
  if (message.id === undefined) return "";
  const result = answer(message);
  const end = result ? `"result":${result}` : `"error":{"code":-32601,"message":"Method not found"}`;
  return `{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},${end}}\n`;
}

function serveStdio() {
  const feed = createLines();
  process.stdin.on("data", (chunk) => {
    const replies = feed(chunk).map((line) => reply(JSON.parse(line)));
    process.stdout.write(replies.join(""));
  });
  process.stdin.on("end", () => process.exit(0));
}

function serveHttp(port) {
  const server = http.createServer(async (request, response) => {
    if (request.method !== "POST") return response.writeHead(405).end();
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const answer = reply(JSON.parse(text));
    if (answer === "") return response.writeHead(202).end();
    response.writeHead(200, { "content-type": "application/json" }).end(answer);
  });
  server.listen(port, "127.0.0.1");
}

const [flag, port] = process.argv.slice(2);
if (flag === "--http") serveHttp(Number(port));
else serveStdio();
