import type { Octokit } from "octokit";
import { isPreloopError, messageOf, PreloopError } from "#base";
import { DEFAULT_RETRY_POLICY, type GitHubConfig, type TrackerContext } from "../context.ts";
import { withoutSecrets } from "../http/call-errors.ts";
import { createTrackerHttp } from "../http/tracker-http.ts";
import type { ApiRequest } from "../http/types.ts";

export const GITHUB_API = "https://api.github.com";

/** Answer of GitHub, of a kind that one of its callers has a use for. */
export interface GitHubAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  /** The address that answered; another than was asked when the thing has moved. */
  readonly url: string;
}

/** Member `request` of every octokit call: `{ ...parameters, request }`. */
export interface OctokitRequest {
  readonly fetch: typeof fetch;
}

/** Client of one GitHub, which sends octokit's calls by our HTTP client. */
export interface GitHubClient {
  /** Answers of every status but 401 and 403; what failed otherwise is thrown. */
  ask(
    request: ApiRequest,
    call: (octokit: Octokit, request: OctokitRequest) => Promise<GitHubAnswer>,
  ): Promise<GitHubAnswer>;
  close(): void;
}

export function createGitHubClient(
  name: string,
  config: GitHubConfig,
  context: TrackerContext,
): GitHubClient {
  const baseUrl = (config.url ?? GITHUB_API).replace(/\/+$/, "");
  const secrets = [config.token ?? "", config.app?.privateKey ?? ""];
  const safe = (text: string) => withoutSecrets(text, secrets);
  const http = createTrackerHttp({
    tracker: name,
    baseUrl,
    credential: config.token ?? `installation ${config.app?.installation}`,
    secrets,
    log: context.log,
    time: context.time,
    limiters: context.limiters,
    retryPolicy: { ...DEFAULT_RETRY_POLICY, writeGapMs: writeGapMs(baseUrl), ...context.retryPolicy },
  });
  // An installation's token may be fetched twice without harm.
  const tokenFetch = http.asFetch({ about: "an installation token of its app", isRepeatable: true });
  let opened: Promise<Octokit> | undefined;

  return {
    async ask({ about, signal, isRepeatable }, call) {
      opened ??= openOctokit(config, { baseUrl, request: { fetch: tokenFetch }, ...quiet(context) });
      const octokit = await opened;
      const fetch = http.asFetch({
        about,
        ...(signal ? { signal } : {}),
        ...(isRepeatable === undefined ? {} : { isRepeatable }),
      });
      try {
        return await call(octokit, { fetch });
      } catch (error) {
        const { cause, status, response } = error as {
          cause?: unknown;
          status?: number;
          response?: GitHubAnswer;
        };
        if (isPreloopError(cause)) throw cause; // octokit wraps what its fetch throws
        if (response && status) return { ...response, status };
        // An app's key that cannot be read, for one.
        throw new PreloopError(
          "tracker_failed",
          `${name} could not be asked for ${about}: ${safe(messageOf(error))}`,
          {
            data: { tracker: name },
          },
        );
      }
    },
    close: http.close,
  };
}

/** GitHub asks for a second between writes; a server on this machine asks for nothing. */
function writeGapMs(baseUrl: string): number {
  return /^(localhost|127\.|\[::1\])/.test(new URL(baseUrl).hostname) ? 0 : 1_000;
}

/** Limits, retries and logs are our HTTP client's: octokit's own would send a create twice and print to the console. */
function quiet({ log }: TrackerContext): object {
  const tell = (message: string) => log.debug("octokit", { message });
  return {
    userAgent: "preloop",
    retry: { enabled: false },
    throttle: { enabled: false },
    log: { debug: tell, info: tell, warn: tell, error: tell },
  };
}

async function openOctokit({ token, app }: GitHubConfig, defaults: object): Promise<Octokit> {
  const { App, Octokit } = await import("octokit");
  if (!app) return new Octokit({ ...defaults, auth: token });
  // In an environment variable a PEM's line ends are often written as \n.
  const privateKey = app.privateKey.replaceAll("\\n", "\n");
  const githubApp = new App({ appId: app.id, privateKey, Octokit: Octokit.defaults(defaults) });
  return (await githubApp.getInstallationOctokit(app.installation)) as Octokit;
}
