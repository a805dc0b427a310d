import type { Config } from "jira.js";
import { PreloopError, REDACTED } from "#base";
import { DEFAULT_RETRY_POLICY, type JiraConfig, type TrackerContext } from "../context.ts";
import { createTrackerHttp } from "../http/tracker-http.ts";
import type { ApiRequest, TrackerAnswer, TrackerHttp } from "../http/types.ts";
import type { JiraDeployment } from "./deployment.ts";

/** Call to Jira. */
export interface JiraRequest extends ApiRequest {
  readonly method: "GET" | "POST" | "PUT";
  /** Behind the API's own: `issue/ABC-1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Client of one Jira, which sends by jira.js and our HTTP client. */
export interface JiraClient {
  /** Answers of every status but 401 and 403; what failed otherwise is thrown. */
  ask(request: JiraRequest): Promise<TrackerAnswer>;
  close(): void;
}

/** What jira.js's clients share: a request with its headers, which the named methods keep to themselves. */
interface Sender {
  sendRequestFullResponse<T>(request: object): Promise<{ readonly data: T }>;
}

/** What reaches an adapter of axios, which jira.js sends by. */
interface AxiosRequest {
  readonly baseURL?: string;
  readonly url?: string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly data?: unknown;
  readonly headers: { toJSON(): object };
}

/** A client of jira.js that sends by our HTTP client. The library is loaded with the first call. */
export function createJiraClient(
  name: string,
  config: JiraConfig,
  deployment: JiraDeployment,
  context: TrackerContext,
): JiraClient {
  const host = config.url.replace(/\/+$/, "");
  const basic = Buffer.from(`${config.email}:${config.token}`).toString("base64");
  const secrets = [config.token, ...(config.email === undefined ? [] : [basic])];
  const http = createTrackerHttp({
    tracker: name,
    baseUrl: host,
    credential: config.token,
    secrets,
    log: context.log,
    time: context.time,
    limiters: context.limiters,
    retryPolicy: { ...DEFAULT_RETRY_POLICY, ...context.retryPolicy },
  });
  let opened: Promise<Sender> | undefined;
  return {
    async ask(request) {
      opened ??= open(config, host, deployment);
      const sender = await opened;
      const { data } = await sender.sendRequestFullResponse<TrackerAnswer>({
        url: `/${deployment.api}/${request.path}`,
        method: request.method,
        ...(request.query ? { params: request.query } : {}),
        ...(request.body === undefined ? {} : { data: request.body }),
        adapter: adapterOf(http, request),
      });
      return data.status === 200 ? known(name, request, data) : withoutEcho(data, secrets);
    },
    close: http.close,
  };
}

async function open(
  { email, token }: JiraConfig,
  host: string,
  { kind: deployment }: JiraDeployment,
): Promise<Sender> {
  // Only host and accessToken: with anything more jira.js would look for a Cloud site behind Atlassian's gateway.
  const config: Config =
    email === undefined
      ? { host, authentication: { oauth2: { accessToken: token } } }
      : { host, authentication: { basic: { email, apiToken: token } } };
  if (deployment === "cloud") {
    const { Version3Client } = await import("jira.js/version3");
    return new Version3Client(config);
  }
  const { Version2Client } = await import("jira.js/version2");
  return new Version2Client(config);
}

/** Sends what axios has made ready; limits, repeats, time-outs and the check of the body are our HTTP client's. */
function adapterOf(http: TrackerHttp, { about, isRepeatable, signal }: ApiRequest) {
  return async (prepared: AxiosRequest) => {
    const query = new URLSearchParams(prepared.params ?? {}).toString();
    const headers = Object.entries(prepared.headers.toJSON()).map(([name, value]) => [name, String(value)]);
    const answer = await http.send({
      about,
      method: (prepared.method ?? "get").toUpperCase(),
      url: `${prepared.baseURL}${prepared.url}${query && `?${query}`}`,
      headers: { ...Object.fromEntries(headers), "user-agent": "preloop" },
      ...(typeof prepared.data === "string" ? { body: prepared.data } : {}),
      ...(isRepeatable === undefined ? {} : { isRepeatable }),
      ...(signal ? { signal } : {}),
    });
    return { data: answer, status: answer.status, statusText: "", headers: {}, config: prepared };
  };
}

/** What Jira says of a failure goes into messages, and a proxy may say back what was sent to it. */
function withoutEcho(answer: TrackerAnswer, secrets: readonly string[]): TrackerAnswer {
  if (answer.data === undefined || !secrets.some((secret) => answer.text.includes(secret))) return answer;
  const text = secrets.reduce((safe, secret) => safe.replaceAll(secret, REDACTED), answer.text);
  return { ...answer, text, data: JSON.parse(text) };
}

// Jira answers what it can to strangers, and an empty answer would look like a project without issues.
function known(name: string, { about }: ApiRequest, answer: TrackerAnswer): TrackerAnswer {
  const reason = answer.headers.get("x-seraph-loginreason") ?? "";
  const isStranger = answer.headers.get("x-ausername") === "anonymous" || /FAILED|DENIED/.test(reason);
  if (!isStranger) return answer;
  throw new PreloopError(
    "tracker_refused",
    `${name} answered the call for ${about} as to a stranger; its token is wrong, expired or revoked: make a new one and set trackers.${name}`,
    { data: { tracker: name, status: 401 } },
  );
}
