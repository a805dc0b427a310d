import type { Contract } from "../support/contract.ts";
import { loadContract } from "../support/contracts.ts";
import { answerGitLab, refusal } from "./gitlab-routes.ts";
import { createGitLabState, type GitLabState } from "./gitlab-state.ts";
import { type Seed, SMALL_SEED } from "./seed.ts";
import { type Asked, type Reply, type Served, serve } from "./serve.ts";

export interface GitLabServer extends Served {
  /** The instance's address, for `url` in the config. */
  readonly url: string;
  readonly token: string;
  /** For `oauthToken` in the config. */
  readonly oauthToken: string;
  readonly state: GitLabState;
}

export interface GitLabOptions {
  readonly seed?: Seed;
  readonly now?: () => Date;
  readonly port?: number;
  /** `/gitlab` for an instance that lives below its host's root. */
  readonly path?: string;
  /** Pages issues by number only. */
  readonly isOld?: boolean;
  /** False leaves the vendor's description alone: for demos and benchmarks. */
  readonly isChecked?: boolean;
}

/** A GitLab of our own: keeps state, pages by key and by number, moves, deletes, links, and obeys quick actions. */
export async function startGitLab(options: GitLabOptions = {}): Promise<GitLabServer> {
  const state = createGitLabState(options.seed ?? SMALL_SEED, options.now ?? (() => new Date()));
  const [token, oauthToken] = ["glpat-0123456789abcdefghij", "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d"];
  const path = options.path ?? "";
  let web = "";

  const answer = (asked: Asked): Reply => {
    const { "private-token": key, authorization } = asked.headers;
    if (state.isRevoked || (key !== token && authorization !== `Bearer ${oauthToken}`))
      return refusal(401, "401 Unauthorized");
    return answerGitLab(asked, { state, web, isOld: options.isOld ?? false });
  };

  const contract = options.isChecked === false ? undefined : loadContract("gitlab");
  const served = await serve({
    base: `${path}/api/v4`,
    contractBase: "/api/v4",
    answer,
    contract: contract && withUsers(contract),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  web = served.origin + path;
  return { ...served, url: web, token, oauthToken, state };
}

/** The description we have leaves out the search for users: https://docs.gitlab.com/api/users/#list-users */
function withUsers(contract: Contract): Contract {
  return {
    dialect: contract.dialect,
    check(seen) {
      if (seen.path !== "/api/v4/users") return contract.check(seen);
      const known = ["username", "per_page", "page"];
      return [...new URLSearchParams(seen.query).keys()]
        .filter((name) => !known.includes(name))
        .map((name) => `GET /users takes no ?${name}`);
    },
  };
}
