import { Client as ModernClient } from "@modelcontextprotocol/client";
import { StdioClientTransport as ModernStdio } from "@modelcontextprotocol/client/stdio";
import { Client as V1Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as V1Stdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Place } from "./place.ts";

/** What the tests need of any client. */
export interface TestClient {
  listTools(): Promise<string[]>;
  /** The tools of the servers behind preloop, without preloop's own. */
  serverTools(): Promise<string[]>;
  call(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<CallResult>;
  close(): Promise<void>;
  readonly pid: number | null;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
  readonly onprogress?: (progress: { progress: number; message?: string | undefined }) => void;
}

export interface CallResult {
  readonly isError?: boolean;
  readonly text: string;
  readonly structured?: Record<string, unknown> | undefined;
  readonly meta: { readonly status?: string; readonly approvalId?: string; readonly retry?: string };
}

export const CLIENTS = ["SDK v1", "SDK v2, legacy era", "SDK v2, modern era"] as const;
export type ClientKind = (typeof CLIENTS)[number];

/** A client of the kind, connected to a preloop of its own. */
export async function connect(kind: ClientKind, place: Place, name = "test-client"): Promise<TestClient> {
  const server = {
    command: place.program[0],
    args: place.program.slice(1),
    env: place.env,
    cwd: place.folder,
    stderr: "inherit" as const,
  };
  if (kind === "SDK v1") {
    const transport = new V1Stdio(server);
    const client = new V1Client({ name, version: "1" });
    await client.connect(transport);
    return adapt(client as unknown as AnyClient, () => transport.pid);
  }
  const transport = new ModernStdio(server);
  const mode = kind === "SDK v2, modern era" ? { pin: "2026-07-28" } : "legacy";
  const client = new ModernClient({ name, version: "1" }, { versionNegotiation: { mode } } as never);
  await client.connect(transport);
  return adapt(client as unknown as AnyClient, () => transport.pid);
}

interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(params: object, ...rest: unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

/** One face for all clients. */
export function adapt(client: AnyClient, pid: () => number | null): TestClient {
  const listTools = async () => (await client.listTools()).tools.map((tool) => tool.name);
  return {
    listTools,
    serverTools: async () => (await listTools()).filter((name) => name.includes("__")),
    async call(name, args, options = {}) {
      const isV1 = client instanceof V1Client;
      const rest = isV1 ? [undefined, options] : [options];
      return readResult(await client.callTool({ name, arguments: args }, ...rest));
    },
    close: () => client.close(),
    get pid() {
      return pid();
    },
  };
}

function readResult(result: unknown): CallResult {
  const { content, structuredContent, isError, _meta } = result as {
    content: { text?: string }[];
    structuredContent?: Record<string, unknown>;
    isError?: boolean;
    _meta?: Record<string, CallResult["meta"]>;
  };
  return {
    ...(isError !== undefined && { isError }),
    text: content.map((block) => block.text ?? "").join("\n"),
    structured: structuredContent,
    meta: _meta?.["preloop/call"] ?? {},
  };
}
