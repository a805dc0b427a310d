import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Contract } from "../support/contract.ts";
import { createFaults, type Fault, type Faults } from "./faults.ts";

/** A request as a tracker's server sees it. */
export interface Asked {
  readonly method: string;
  /** Raw, without the API's base and the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed; undefined when there was none. */
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  /** Sent as JSON; nothing when undefined. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A running server. Every exchange was held against the vendor's description, where there is one. */
export interface Served {
  /** Its origin. */
  readonly origin: string;
  readonly faults: Faults;
  /** Everything that was asked, in order. */
  readonly requests: Asked[];
  /** Where an exchange broke the vendor's description; a test expects none. */
  readonly violations: string[];
  close(): Promise<void>;
}

export interface ServeOptions {
  /** The API's path: `/api/v4`. */
  readonly base: string;
  readonly answer: (asked: Asked) => Reply | Promise<Reply>;
  readonly contract?: Contract | undefined;
  /** What the description's paths begin with besides the path; nothing without it. */
  readonly contractBase?: string;
  readonly port?: number;
}

/** Serves one tracker's API on loopback. */
export async function serve(options: ServeOptions): Promise<Served> {
  const faults = createFaults();
  const requests: Asked[] = [];
  const violations: string[] = [];

  const server = createServer(async (request, response) => {
    try {
      const asked = await read(request, options.base);
      if (!asked) return send(response, { status: 404, body: { message: "Not Found" } });
      requests.push(asked);
      const fault = faults.take(asked);
      const happens = !fault || fault.kind === "cut" || fault.kind === "lost" || isAfter(fault);
      const reply = happens ? await options.answer(asked) : undefined;
      const seen = fault || !reply ? { status: 500 } : reply;
      violations.push(...judge(options, asked, seen));
      if (fault) misbehave(fault, reply, response);
      else send(response, reply!);
    } catch (error) {
      violations.push(`the server failed: ${(error as Error).stack}`);
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    faults,
    requests,
    violations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function judge({ contract, contractBase }: ServeOptions, asked: Asked, reply: Reply): string[] {
  if (!contract) return [];
  return contract.check({
    method: asked.method,
    path: (contractBase ?? "") + asked.path,
    query: asked.query.toString(),
    sent: asked.body,
    status: reply.status,
    answered: reply.body === undefined ? undefined : JSON.parse(JSON.stringify(reply.body)),
  });
}

async function read(request: IncomingMessage, base: string): Promise<Asked | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const [path, query] = request.url!.split("?", 2) as [string, string | undefined];
  if (!path.startsWith(`${base}/`)) return undefined;
  return {
    method: request.method!,
    path: path.slice(base.length),
    query: new URLSearchParams(query ?? ""),
    headers: request.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

function send(response: ServerResponse, { status, body, headers }: Reply): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(body === undefined || status === 304 ? undefined : JSON.stringify(body));
}

const isAfter = (fault: Fault) => fault.kind === "hang-up" && fault.when === "after";
const PAGE = "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>";

function misbehave(fault: Fault, reply: Reply | undefined, response: ServerResponse): void {
  switch (fault.kind) {
    case "answer": {
      const text = typeof fault.body === "string";
      response.writeHead(fault.status, {
        "content-type": text ? "text/plain" : "application/json",
        ...fault.headers,
      });
      return void response.end(text ? fault.body : JSON.stringify(fault.body ?? { message: "Server Error" }));
    }
    case "page":
      response.writeHead(fault.status ?? 200, { "content-type": "text/html; charset=utf-8" });
      return void response.end(PAGE);
    case "cut": {
      const whole = JSON.stringify(reply!.body);
      response.writeHead(reply!.status, { "content-type": "application/json" });
      return void response.end(whole.slice(0, whole.length / 2));
    }
    case "lost":
      response.writeHead(fault.status, { "content-type": "text/plain" });
      return void response.end("upstream connect error");
    case "hang-up":
      return void response.destroy();
    case "silence":
      return;
  }
}
