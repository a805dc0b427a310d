import { EventEmitter, once } from "node:events";
import http from "node:http";

const VERSION = "2025-06-18";

/** A client over StreamableHTTP, its connections kept open; replies are given as text. */
export function createHttpClient(url) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 100 });
  let session;
  let lastId = 0;

  async function post(body) {
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    if (session) Object.assign(headers, { "mcp-session-id": session, "mcp-protocol-version": VERSION });
    const request = http.request(url, { agent, method: "POST", headers });
    request.end(body);
    const [response] = await once(request, "response");
    session ??= response.headers["mcp-session-id"];
    const text = await textOf(response);
    if (response.statusCode >= 400) throw new Error(`HTTP ${response.statusCode}: ${text.slice(0, 200)}`);
    return /event-stream/.test(response.headers["content-type"]) ? lastDataOf(text) : text;
  }

  return {
    request(method, params) {
      return post(`{"jsonrpc":"2.0","id":${++lastId},"method":"${method}","params":${params}}`);
    },
    notify: (method) => post(`{"jsonrpc":"2.0","method":"${method}"}`),
    close: () => agent.destroy(),
  };
}

/** The same over HTTP+SSE (revision 2024-11-05): one stream for all answers, named by the first event on it. */
export async function createSseClient(url) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 100 });
  const answers = new EventEmitter().setMaxListeners(0);
  const stream = http.get(url, { headers: { accept: "text/event-stream" } });
  const [response] = await once(stream, "response");
  if (response.statusCode >= 400) throw new Error(`HTTP ${response.statusCode}`);
  let lastId = 0;
  let rest = "";
  response.setEncoding("utf8").on("data", (chunk) => {
    const events = (rest + chunk).split(/\r?\n\r?\n/);
    rest = events.pop();
    for (const event of events) {
      const data = lastDataOf(event);
      if (/^event: *endpoint/m.test(event)) answers.emit("endpoint", data);
      else if (data) answers.emit(String(JSON.parse(data).id), data);
    }
  });
  const [path] = await once(answers, "endpoint");
  const endpoint = new URL(path, url);

  async function post(body) {
    const headers = { "content-type": "application/json" };
    const request = http.request(endpoint, { agent, method: "POST", headers });
    request.end(body);
    const [taken] = await once(request, "response");
    await textOf(taken);
  }

  return {
    async request(method, params) {
      const id = ++lastId;
      const answered = once(answers, String(id));
      await post(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}`);
      return (await answered)[0];
    },
    notify: (method) => post(`{"jsonrpc":"2.0","method":"${method}"}`),
    close() {
      stream.destroy();
      agent.destroy();
    },
  };
}

async function textOf(response) {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return text;
}

const lastDataOf = (text) =>
  text
    .match(/^data: ?(.*)$/gm)
    ?.at(-1)
    ?.replace(/^data: ?/, "") ?? "";
