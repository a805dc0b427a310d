import type { Config } from "jira.js";
import { PreloopError, REDACTED } from "#base";
import { type JiraConfig, type TrackerGround, USUAL_PATIENCE } from "../ground.ts";
import { createCourier } from "../polite/courier.ts";
import type { Courier, TrackerAnswer } from "../polite/types.ts";
import type { Dialect } from "./dialect.ts";

/** One call to Jira. */
export interface Errand {
  /** `issue ABC-1` */
  readonly about: string;
  readonly method: "GET" | "POST" | "PUT";
  /** Behind the API's own: `issue/ABC-1`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** True for writes that do no harm when they arrive twice, and for searches. */
  readonly isRepeatable?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface JiraClient {
  /** Answers of every status but 401 and 403; what failed otherwise is thrown. */
  ask(errand: Errand): Promise<TrackerAnswer>;
  close(): void;
}

/** What jira.js's clients share: a request with its headers, which the named methods keep to themselves. */
interface Sender {
  sendRequestFullResponse<T>(request: object): Promise<{ readonly data: T }>;
}

/** What reaches an adapter of axios, which jira.js sends by. */
interface Made {
  readonly baseURL?: string;
  readonly url?: string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly data?: unknown;
  readonly headers: { toJSON(): object };
}

/** A client of jira.js that sends by our courier. Its library is loaded with the first call. */
export function createJiraClient(
  name: string,
  config: JiraConfig,
  dialect: Dialect,
  ground: TrackerGround,
): JiraClient {
  const host = config.url.replace(/\/+$/, "");
  const basic = Buffer.from(`${config.email}:${config.token}`).toString("base64");
  const secrets = [config.token, ...(config.email === undefined ? [] : [basic])];
  const courier = createCourier({
    tracker: name,
    baseUrl: host,
    credential: config.token,
    secrets,
    log: ground.log,
    time: ground.time,
    limiters: ground.limiters,
    patience: { ...USUAL_PATIENCE, ...ground.patience },
  });
  let opened: Promise<Sender> | undefined;
  return {
    async ask(errand) {
      opened ??= open(config, host, dialect);
      const sender = await opened;
      const { data } = await sender.sendRequestFullResponse<TrackerAnswer>({
        url: `/${dialect.api}/${errand.path}`,
        method: errand.method,
        ...(errand.query ? { params: errand.query } : {}),
        ...(errand.body === undefined ? {} : { data: errand.body }),
        adapter: adapterOf(courier, errand),
      });
      return data.status === 200 ? known(name, errand, data) : withoutEcho(data, secrets);
    },
    close: courier.close,
  };
}

async function open({ email, token }: JiraConfig, host: string, { deployment }: Dialect): Promise<Sender> {
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

/** Sends what axios has made ready; limits, repeats, time-outs and the check of the body are the courier's. */
function adapterOf(courier: Courier, { about, isRepeatable, signal }: Errand) {
  return async (made: Made) => {
    const query = new URLSearchParams(made.params ?? {}).toString();
    const headers = Object.entries(made.headers.toJSON()).map(([name, value]) => [name, String(value)]);
    const answer = await courier.send({
      about,
      method: (made.method ?? "get").toUpperCase(),
      url: `${made.baseURL}${made.url}${query && `?${query}`}`,
      headers: { ...Object.fromEntries(headers), "user-agent": "preloop" },
      ...(typeof made.data === "string" ? { body: made.data } : {}),
      ...(isRepeatable === undefined ? {} : { isRepeatable }),
      ...(signal ? { signal } : {}),
    });
    return { data: answer, status: answer.status, statusText: "", headers: {}, config: made };
  };
}

/** What Jira says of a failure goes into messages, and a proxy may say back what was sent to it. */
function withoutEcho(answer: TrackerAnswer, secrets: readonly string[]): TrackerAnswer {
  if (answer.data === undefined || !secrets.some((secret) => answer.text.includes(secret))) return answer;
  const text = secrets.reduce((safe, secret) => safe.replaceAll(secret, REDACTED), answer.text);
  return { ...answer, text, data: JSON.parse(text) };
}

// Jira answers what it can to strangers, and an empty answer would look like a project without issues.
function known(name: string, { about }: Errand, answer: TrackerAnswer): TrackerAnswer {
  const reason = answer.headers.get("x-seraph-loginreason") ?? "";
  const isStranger = answer.headers.get("x-ausername") === "anonymous" || /FAILED|DENIED/.test(reason);
  if (!isStranger) return answer;
  throw new PreloopError(
    "tracker_refused",
    `${name} answered the call for ${about} as to a stranger; its token is wrong, expired or revoked: make a new one and set trackers.${name}`,
    { data: { tracker: name, status: 401 } },
  );
}
