import type { RequestOptions } from "@gitbeaker/requester-utils";
import type { IssueLinks, IssueNotes, Issues, Users } from "@gitbeaker/rest";
import { DEFAULT_RETRY_POLICY, type GitLabConfig, type TrackerContext } from "../context.ts";
import { createTrackerHttp } from "../http/tracker-http.ts";
import type { ApiRequest, TrackerAnswer } from "../http/types.ts";

export const GITLAB = "https://gitlab.com";

/** Parts of gitbeaker that issues need. */
export interface Resources {
  readonly issues: Issues<false>;
  readonly notes: IssueNotes<false>;
  readonly links: IssueLinks<false>;
  readonly users: Users<false>;
}

/** Client of one GitLab, which sends gitbeaker's calls by our HTTP client. */
export interface GitLabClient {
  /** The one answer that a call of gitbeaker's got, of every status but 401 and 403; what failed otherwise is thrown. */
  ask(request: ApiRequest, call: (gitlab: Resources) => Promise<unknown>): Promise<TrackerAnswer>;
  close(): void;
}

export function createGitLabClient(
  name: string,
  config: GitLabConfig,
  context: TrackerContext,
): GitLabClient {
  const host = (config.url ?? GITLAB).replace(/\/+$/, "");
  const secret = config.token ?? config.oauthToken ?? "";
  const http = createTrackerHttp({
    tracker: name,
    baseUrl: host,
    credential: secret,
    secrets: [secret],
    log: context.log,
    time: context.time,
    limiters: context.limiters,
    retryPolicy: { ...DEFAULT_RETRY_POLICY, ...context.retryPolicy },
  });
  const auth = config.token === undefined ? { oauthToken: secret } : { token: secret };

  return {
    async ask({ about, signal, isRepeatable }, call) {
      const gitbeaker = await import("@gitbeaker/rest");
      const { createRequesterFn } = await import("@gitbeaker/requester-utils");
      let answer: TrackerAnswer | undefined;
      // gitbeaker's own requester ignores Retry-After, sends creates again and drops the headers; and it would turn
      // pages by itself if it saw a Link header.
      const handler = async (endpoint: string, options: RequestOptions = {}) => {
        answer = await http.send({
          about,
          method: options.method ?? "GET",
          url: addressOf(endpoint, options),
          headers: { accept: "application/json", "user-agent": "preloop", ...options.headers },
          ...(typeof options.body === "string" ? { body: options.body } : {}),
          ...(signal ? { signal } : {}),
          ...(isRepeatable === undefined ? {} : { isRepeatable }),
        });
        return { status: answer.status, headers: {}, body: (answer.data ?? {}) as Record<string, unknown> };
      };
      const requesterFn = createRequesterFn((_, options) => Promise.resolve(options), handler);
      const options = { host, ...auth, requesterFn, rateLimits: {}, queryTimeout: null };
      await call({
        issues: new gitbeaker.Issues(options),
        notes: new gitbeaker.IssueNotes(options),
        links: new gitbeaker.IssueLinks(options),
        users: new gitbeaker.Users(options),
      });
      return answer!;
    },
    close: http.close,
  };
}

/** Some of gitbeaker's parts end their address with a slash, others do not. */
function addressOf(endpoint: string, { prefixUrl = "", searchParams }: RequestOptions): string {
  return `${prefixUrl.replace(/\/*$/, "/")}${endpoint}${searchParams ? `?${searchParams}` : ""}`;
}
