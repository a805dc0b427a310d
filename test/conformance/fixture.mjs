// A server of both eras with everything the conformance suite calls for: `stdio`, or `http`, which prints its address.
import { randomUUID } from "node:crypto";
import { createAdaptorServer } from "@hono/node-server";
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  isLegacyRequest,
  localhostAllowedHostnames,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { addAskingTools } from "./fixture/asking-tools.mjs";
import { addPrompts, addResources } from "./fixture/contents.mjs";
import { addPlainTools } from "./fixture/plain-tools.mjs";
import { addRounds, seal } from "./fixture/rounds.mjs";

const capabilities = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  logging: {},
  completions: {},
};

function build(announce) {
  const info = { name: "conformance-fixture", version: "1.0.0" };
  const server = new McpServer(info, { capabilities, requestState: { verify: seal.verify } });
  const toSelf = { tools: () => server.sendToolListChanged(), prompts: () => server.sendPromptListChanged() };
  addPlainTools(server, (list) => (announce ?? toSelf)[list]());
  addAskingTools(server);
  addRounds(server);
  addResources(server);
  addPrompts(server);
  return server;
}

if (process.argv[2] === "stdio") serveStdio(() => build());
else serveHttp();

function serveHttp() {
  const sessions = new Map();
  const modern = createMcpHandler(() =>
    build({ tools: () => modern.notify.toolsChanged(), prompts: () => modern.notify.promptsChanged() }),
  );
  const open = async () => {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await build().connect(transport);
    return transport;
  };
  const fetch = async (request) => {
    const stranger = hostHeaderValidationResponse(request, localhostAllowedHostnames());
    if (stranger) return stranger;
    if (!(await isLegacyRequest(request))) return modern.fetch(request);
    const id = request.headers.get("mcp-session-id");
    if (id !== null && !sessions.has(id)) return new Response("no such session", { status: 404 });
    return (sessions.get(id) ?? (await open())).handleRequest(request);
  };
  const server = createAdaptorServer({ fetch });
  server.listen(0, "127.0.0.1", () =>
    process.stdout.write(`http://127.0.0.1:${server.address().port}/mcp\n`),
  );
}
