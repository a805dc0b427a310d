import { openBytes } from "../e2e/support/bytes.ts";
import { send, startHttp } from "../e2e/support/over-http.ts";
import type { Place } from "../e2e/support/place.ts";

/** One way to a preloop: a transport and an era. */
export interface Face {
  readonly name: string;
  /** Sends a request with params as JSON text; resolves when it is answered, with the error's code where it is one. */
  ask(method: string, params: string): Promise<Answer>;
  close(): Promise<unknown>;
}

export interface Answer {
  readonly kind: "result" | "error";
  readonly text: string;
}

/** What an era adds to a request. */
interface Era {
  readonly name: string;
  params(params: string): string;
  headers(method: string, params: string): Readonly<Record<string, string>>;
  /** Headers of the session that it opens over HTTP, if it has one. */
  open(url: string): Promise<Readonly<Record<string, string>>>;
}

const LEGACY: Era = {
  name: "legacy",
  params: (params) => params,
  headers: () => ({ "mcp-protocol-version": "2025-11-25" }),
  async open(url) {
    const hello = {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "attacker", version: "1" },
    };
    const body = frameOf(0, "initialize", JSON.stringify(hello));
    const opened = await send(url, { headers: JSON_HEADERS, body });
    return { "mcp-session-id": String(opened.headers["mcp-session-id"]) };
  },
};

const MODERN: Era = {
  name: "modern",
  params: enveloped,
  headers(method, params) {
    const { name, uri } = read(params);
    const about = typeof uri === "string" && method.startsWith("resources/") ? uri : name;
    return {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(typeof about === "string" && {
        "mcp-name": `=?base64?${Buffer.from(about).toString("base64")}?=`,
      }),
    };
  },
  open: async () => ({}),
};

export const FACES: readonly ((place: Place) => Promise<Face>)[] = [openStdio, openHttp].flatMap((open) =>
  [LEGACY, MODERN].map((era) => (place: Place) => open(place, era)),
);

const ENVELOPE =
  '"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},' +
  '"io.modelcontextprotocol/clientInfo":{"name":"attacker","version":"1"}';

/** The params with the envelope of the modern era, in front of what else `_meta` holds. */
function enveloped(params: string): string {
  if (params.includes('"_meta":{')) return params.replace('"_meta":{', `"_meta":{${ENVELOPE},`);
  const inside = params.slice(1);
  return `{"_meta":{${ENVELOPE}}${inside === "}" ? "" : ","}${inside}`;
}

async function openStdio(place: Place, era: Era): Promise<Face> {
  const agent = await openBytes(place);
  let id = 0;
  return {
    name: `stdio, ${era.name}`,
    async ask(method, params) {
      const mine = ++id;
      agent.say(frameOf(mine, method, era.params(params)));
      return answerOf(await agent.answer(mine));
    },
    close: agent.close,
  };
}

async function openHttp(place: Place, era: Era): Promise<Face> {
  const served = await startHttp(place);
  const session = await era.open(served.url);
  let id = 0;
  return {
    name: `http, ${era.name}`,
    async ask(method, params) {
      const headers = { ...JSON_HEADERS, ...era.headers(method, params), ...session };
      const body = frameOf(++id, method, era.params(params));
      return answerOf(lastMessage((await send(served.url, { headers, body })).text));
    },
    close: served.stop,
  };
}

const JSON_HEADERS = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

function frameOf(id: number, method: string, params: string): string {
  return `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":${params}}`;
}

function read(params: string): { readonly name?: unknown; readonly uri?: unknown } {
  return JSON.parse(params) as { readonly name?: unknown; readonly uri?: unknown };
}

function lastMessage(text: string): Readonly<Record<string, unknown>> {
  const data = text.split("\n").filter((line) => line.startsWith("data:"));
  return JSON.parse(data.at(-1)?.slice(5) ?? (text === "" ? "{}" : text)) as Readonly<
    Record<string, unknown>
  >;
}

function answerOf(message: object): Answer {
  const { result, error } = message as {
    readonly result?: { readonly isError?: boolean };
    readonly error?: object;
  };
  if (result && result.isError !== true) return { kind: "result", text: JSON.stringify(result) };
  return { kind: "error", text: JSON.stringify(error ?? result ?? message) };
}
