import { createServer } from "node:net";
import { createEmulator } from "emulate";
import { loadContract } from "../support/contracts.ts";
import { type Asked, type Reply, type Served, serve } from "./serve.ts";

export interface EmulateServer extends Served {
  readonly url: string;
  readonly token: string;
  /** An app that it knows. */
  readonly app: { readonly id: number; readonly privateKey: string; readonly installation: number };
}

const REPO = { owner: "acme", name: "app", description: "", language: "TypeScript", auto_init: true };

/** A GitHub that we did not write, behind a proxy that has bad days, fills a gap and holds it to GitHub's description. */
export async function startEmulate(): Promise<EmulateServer> {
  const port = await freePort();
  const app = {
    app_id: 12_345,
    slug: "preloop",
    name: "Preloop",
    installations: [{ installation_id: 100, account: "acme" }],
  };
  const emulator = await createEmulator({
    service: "github",
    port,
    seed: {
      tokens: { test_token: { login: "ana", scopes: ["repo", "user"] } },
      github: {
        users: [{ login: "ana" }, { login: "bo" }],
        orgs: [{ login: "acme" }],
        repos: [REPO],
        apps: [app],
      },
    },
  });
  const forward = async ({ method, path, query, headers, body }: Asked): Promise<Reply> => {
    const response = await fetch(`${emulator.url}${path}${query.size > 0 ? `?${query}` : ""}`, {
      method,
      headers: { authorization: headers.authorization as string, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const link = response.headers.get("link");
    return {
      status: response.status,
      ...(text === "" ? {} : { body: JSON.parse(text) as unknown }),
      // Its links lead to itself; who asked came through here.
      ...(link ? { headers: { link: link.replaceAll(emulator.url, served.origin) } } : {}),
    };
  };
  const served = await serve({
    base: "",
    contract: loadContract("github"),
    answer: (asked) =>
      /\/issues\/comments$/.test(asked.path) ? allComments(asked, forward) : forward(asked),
  });
  const privateKey = emulator.generatedSecrets[0]!.value;
  return {
    ...served,
    url: served.origin,
    token: "test_token",
    app: { id: app.app_id, privateKey, installation: 100 },
    close: async () => {
      await served.close();
      await emulator.close();
    },
  };
}

/** It has no list of a repository's comments. */
async function allComments(asked: Asked, forward: (asked: Asked) => Promise<Reply>): Promise<Reply> {
  const path = asked.path.replace(/\/comments$/, "");
  const query = new URLSearchParams("state=all&per_page=100&direction=asc");
  const issues = (await forward({ ...asked, path, query })).body as readonly { number: number }[];
  const lists = await Promise.all(
    issues.map(
      async ({ number }) =>
        (await forward({ ...asked, path: `${path}/${number}/comments`, query: new URLSearchParams() })).body,
    ),
  );
  return { status: 200, body: lists.flat() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
