import { setTimeout as sleep } from "node:timers/promises";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from "@modelcontextprotocol/client";
import { StdioClientTransport as ModernStdio } from "@modelcontextprotocol/client/stdio";
import { Client as V1Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as V1Stdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as V1Http } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import * as v1 from "@modelcontextprotocol/sdk/types.js";
import type { ClientKind } from "./clients.ts";
import type { Place } from "./place.ts";

type Params = Readonly<Record<string, unknown>>;

/** A client whose person, model and roots answer at once, and that keeps what it was told. */
export interface EraClient {
  readonly isModern: boolean;
  /** Questions that a person or a model was asked. */
  readonly asked: readonly string[];
  readonly told: readonly Told[];
  /** What a tool answered, read from its one text; an error's text as it stands. */
  call(name: string, args?: Params, options?: CallOptions): Promise<unknown>;
  readResource(uri: string): Promise<string | undefined>;
  getPrompt(name: string): Promise<string | undefined>;
  complete(uri: string): Promise<readonly string[]>;
  toolNames(): Promise<readonly string[]>;
  /** Wants to hear of changes, of the lists and of this resource; returns what ends that. */
  watch(uri: string): Promise<() => Promise<void>>;
  /** Wants log lines of this level from now on. */
  setLevel(level: string): Promise<void>;
  /** Resolves with the first notification of the method that fits. */
  hears(method: string, fits?: (params: Params) => boolean): Promise<Params>;
  close(): Promise<void>;
}

export interface Told {
  readonly method: string;
  readonly params: Params;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { progress: number }) => void;
}

/** Of both SDKs only what these tests use; their types differ, their shapes do not. */
interface AnyClient {
  setNotificationHandler(what: unknown, handle: (heard: { params?: Params }) => void): void;
  setRequestHandler(what: unknown, handle: (request: { params: Params }) => unknown): void;
  connect(transport: unknown): Promise<void>;
  callTool(params: object, ...rest: unknown[]): Promise<{ content: { text: string }[]; isError?: boolean }>;
  readResource(params: object): Promise<{ contents: { text?: string }[] }>;
  getPrompt(params: object): Promise<{ messages: { content: { text?: string } }[] }>;
  complete(params: object): Promise<{ completion: { values: string[] } }>;
  listTools(): Promise<{ tools: { name: string }[] }>;
  subscribeResource(params: object): Promise<unknown>;
  unsubscribeResource(params: object): Promise<unknown>;
  setLoggingLevel(level: string): Promise<unknown>;
  listen(filter: object): Promise<{ close(): Promise<void> }>;
  close(): Promise<void>;
}

const ALL = { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} };
const LOG_LEVEL = "io.modelcontextprotocol/logLevel";
const NOTIFICATIONS = {
  "notifications/message": v1.LoggingMessageNotificationSchema,
  "notifications/tools/list_changed": v1.ToolListChangedNotificationSchema,
  "notifications/resources/updated": v1.ResourceUpdatedNotificationSchema,
} as const;

/** Connects a client of the kind to a preloop of its own over stdio, or to the one that serves at `url`. */
export async function connectEra(
  kind: ClientKind,
  place: Place,
  capabilities = ALL,
  url?: string,
): Promise<EraClient> {
  const isV1 = kind === "SDK v1";
  const isModern = kind === "SDK v2, modern era";
  const client = build(kind, capabilities);
  const asked: string[] = [];
  const told: Told[] = [];
  let level: string | undefined;

  const answer = (schema: unknown, method: string, reply: (params: Params) => object) =>
    client.setRequestHandler(isV1 ? schema : method, ({ params }) => reply(params));
  if (capabilities.elicitation)
    answer(v1.ElicitRequestSchema, "elicitation/create", ({ message, url }) => {
      asked.push(String(message));
      return url === undefined ? { action: "accept", content: { colour: "blue" } } : { action: "accept" };
    });
  if (capabilities.sampling)
    answer(v1.CreateMessageRequestSchema, "sampling/createMessage", ({ messages }) => {
      asked.push((messages as { content: { text: string } }[])[0]!.content.text);
      return { role: "assistant", model: "test", content: { type: "text", text: "green" } };
    });
  if (capabilities.roots)
    answer(v1.ListRootsRequestSchema, "roots/list", () => ({
      roots: [{ uri: "file:///work", name: "work" }],
    }));
  for (const [method, schema] of Object.entries(NOTIFICATIONS))
    client.setNotificationHandler(isV1 ? schema : method, ({ params = {} }) => told.push({ method, params }));

  const Stdio = isV1 ? V1Stdio : ModernStdio;
  const Http = isV1 ? V1Http : ModernHttp;
  const [command, ...args] = place.program;
  await client.connect(
    url === undefined
      ? new Stdio({ command, args, env: place.env, cwd: place.folder, stderr: "inherit" })
      : new Http(new URL(url)),
  );

  return {
    isModern,
    asked,
    told,
    async call(name, args = {}, options = {}) {
      const params = { name, arguments: args, ...(isModern && level && { _meta: { [LOG_LEVEL]: level } }) };
      const { content, isError } = await client.callTool(
        params,
        ...(isV1 ? [undefined, options] : [options]),
      );
      const said = content.map(({ text }) => text).join("\n");
      return isError ? said : JSON.parse(said);
    },
    readResource: async (uri) => (await client.readResource({ uri })).contents[0]?.text,
    getPrompt: async (name) => (await client.getPrompt({ name })).messages[0]?.content.text,
    async complete(uri) {
      const ref = { type: "ref/resource", uri };
      return (await client.complete({ ref, argument: { name: "colour", value: "" } })).completion.values;
    },
    toolNames: async () => (await client.listTools()).tools.map(({ name }) => name),
    async watch(uri) {
      if (isModern) {
        const subscription = await client.listen({ toolsListChanged: true, resourceSubscriptions: [uri] });
        return () => subscription.close();
      }
      await client.subscribeResource({ uri });
      return async () => void (await client.unsubscribeResource({ uri }));
    },
    async setLevel(wanted) {
      level = wanted;
      if (!isModern) await client.setLoggingLevel(wanted);
    },
    async hears(method, fits = () => true) {
      for (let attempt = 0; attempt < 200; attempt++) {
        const found = told.find((one) => one.method === method && fits(one.params));
        if (found) return found.params;
        await sleep(50);
      }
      throw new Error(`${method} was not heard; heard: ${JSON.stringify(told)}`);
    },
    close: () => client.close(),
  };
}

function build(kind: ClientKind, capabilities: object): AnyClient {
  const who = { name: "era-client", version: "1" };
  if (kind === "SDK v1") return new V1Client(who, { capabilities }) as unknown as AnyClient;
  const mode = kind === "SDK v2, modern era" ? { pin: "2026-07-28" } : "legacy";
  const options = { capabilities, versionNegotiation: { mode } };
  return new ModernClient(who, options as never) as unknown as AnyClient;
}
