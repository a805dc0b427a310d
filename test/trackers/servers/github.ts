import { createHash } from "node:crypto";
import type { Contract } from "../support/contract.ts";
import { loadContract } from "../support/contracts.ts";
import { createAppDoor, type TestApp } from "./github-app.ts";
import type { Origins } from "./github-render.ts";
import { answerGitHub, refusal } from "./github-routes.ts";
import { createGitHubState, type GitHubState } from "./github-state.ts";
import { type Seed, SMALL_SEED } from "./seed.ts";
import { type Asked, type Reply, type Served, serve } from "./serve.ts";

export interface GitHubServer extends Served {
  /** The API's address, for `url` in the config. */
  readonly url: string;
  readonly token: string;
  /** The app's id, key and installation, for `app` in the config. */
  readonly app: TestApp;
  readonly state: GitHubState;
}

export interface GitHubOptions {
  readonly seed?: Seed;
  readonly now?: () => Date;
  readonly port?: number;
  /** Speaks as an Enterprise Server: under /api/v3, by its own description. */
  readonly isEnterprise?: boolean;
  /** False leaves the vendor's description alone: for demos and benchmarks. */
  readonly isChecked?: boolean;
}

/** A GitHub of our own: keeps state, pages, ETags, limits, transfers and deletions as GitHub's description says. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubServer> {
  const state = createGitHubState(options.seed ?? SMALL_SEED, options.now ?? (() => new Date()));
  const token = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
  const app = createAppDoor();
  const base = options.isEnterprise ? "/api/v3" : "/api";
  const origins: { -readonly [Name in keyof Origins]: string } = { api: "", web: "" };

  const answer = (asked: Asked): Reply => {
    const minted = app.answer(asked);
    if (minted) return minted;
    if (!mayEnter(asked, token, app.isMinted) || state.isRevoked) return refusal(401, "Bad credentials");
    const limit = limitHeaders(state);
    if (state.budget <= 0) return refusal(403, "API rate limit exceeded for user ID 1.", limit);
    const reply = withEtag(asked, answerGitHub(asked, state, origins));
    // A conditional request that finds nothing new is free.
    if (reply.status !== 304) state.budget--;
    return { ...reply, headers: { ...limitHeaders(state), ...reply.headers } };
  };

  const contract =
    options.isChecked === false ? undefined : judgeOf(options.isEnterprise ? "github-enterprise" : "github");
  const served = await serve({
    base,
    answer,
    contract,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  origins.api = served.origin + base;
  origins.web = served.origin;
  return { ...served, url: origins.api, token, app: app.app, state };
}

/**
 * The description does not list `/repositories/7/…`, to which GitHub redirects what was moved or renamed, nor the
 * cursors of the issues' listing that its Link headers carry.
 */
function judgeOf(dialect: "github" | "github-enterprise"): Contract {
  const contract = loadContract(dialect)!;
  return {
    dialect,
    check: (seen) =>
      contract.check({
        ...seen,
        path: seen.path.replace(/^\/repositories\/\d+/, "/repos/a/b"),
        query: seen.path.endsWith("/issues") ? seen.query.replace(/&?\bafter=[^&]*/, "") : seen.query,
      }),
  };
}

function mayEnter({ headers }: Asked, token: string, isMinted: (token: string) => boolean): boolean {
  const [, given] = /^(?:token|bearer) (.+)$/i.exec(headers.authorization as string) ?? [];
  return given !== undefined && (given === token || isMinted(given));
}

function limitHeaders(state: GitHubState): Record<string, string> {
  return {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": String(Math.max(0, state.budget)),
    "x-ratelimit-reset": String(Math.ceil(Date.now() / 1_000) + 600),
    "x-ratelimit-resource": "core",
  };
}

function withEtag(asked: Asked, reply: Reply): Reply {
  if (asked.method !== "GET" || reply.status !== 200) return reply;
  const etag = `W/"${createHash("sha256").update(JSON.stringify(reply.body)).digest("hex")}"`;
  const headers = { ...reply.headers, etag };
  return asked.headers["if-none-match"] === etag ? { status: 304, headers } : { ...reply, headers };
}
