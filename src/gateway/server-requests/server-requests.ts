import { isJsonObject, type JsonObject, PreloopError, systemClock } from "#base";
import { members, type RawReply, withMember } from "#protocol";
import type { ClientProfile, Upstream, UpstreamReply } from "#upstreams";
import { inputRequestsOf, inputRequired } from "../context/input.ts";
import { relatedTaskOf, withRelatedTask } from "../tasks/task-meta.ts";
import { readError } from "./answers.ts";
import type { ServerRequest } from "./direct.ts";
import { createEntrance, type Entered, type Entrance, type EntranceOptions } from "./entrance.ts";
import { createLinkBook } from "./link-book.ts";
import { showText } from "./show.ts";

/**
 * The one place that all passes through which servers ask of the client, in whatever way of either era: only what the
 * protocol knows and the config allows goes on, and each question is written down with what became of it.
 */
export interface ServerRequests {
  /** Puts a legacy server's own request. @throws method_unknown, params_invalid, request_refused, session_frozen */
  ask(question: ServerRequest, put: (question: ServerRequest) => Promise<RawReply>): Promise<RawReply>;
  /** Puts the requests of an `input_required` result; resolves with its `inputResponses`. @throws input_failed, session_frozen */
  askAll(
    input: InputRequiredResult,
    put: (result: string) => Promise<string | undefined>,
  ): Promise<string | undefined>;
  /** A server's error -32042 with its links as the client may have them. @throws input_failed, session_frozen */
  links(reply: UpstreamReply, from: Upstream, client: ClientProfile): Promise<UpstreamReply>;
  /** True for the id of a link that this server has asked to have opened. */
  knowsLink(server: string, elicitationId: string): boolean;
  close(): void;
}

/** An `input_required` result on its way to the client whose request it answers. */
export interface InputRequiredResult {
  readonly result: string;
  readonly from: Upstream;
  readonly client: ClientProfile;
}

export interface ServerRequestsOptions extends Pick<EntranceOptions, "services" | "ref" | "log"> {
  /** The client, once it has said who it is. */
  readonly client: () => ClientProfile | undefined;
}

/** No question yet. */
export function createServerRequests({ client, services, ref, log }: ServerRequestsOptions): ServerRequests {
  const book = createLinkBook();
  const entrance = createEntrance({ services, ref, log, ticksMs: systemClock.ticksMs, links: book });
  return {
    ask: (question, put) => askOne(question, put, entrance, client()),
    askAll: (input, put) => askAll(input, put, entrance),
    links: (reply, from, profile) => passLinks(reply, from, profile, entrance),
    knowsLink: book.knows,
    close: entrance.close,
  };
}

async function askOne(
  question: ServerRequest,
  put: (question: ServerRequest) => Promise<RawReply>,
  entrance: Entrance,
  client: ClientProfile | undefined,
): Promise<RawReply> {
  const { upstream, method, params, signal } = question;
  const entered = await entrance.enter({ server: upstream.name, method, params }, upstream, client);
  let reply: RawReply;
  try {
    reply = await put({ ...question, params: withKnownMeta(entered.params, params) });
  } catch (error) {
    entered.ended("unanswered", (error as Error).message);
    throw error;
  } finally {
    entered.leave(signal.aborted);
  }
  const { kind, text } = reply;
  const answer = entered.answered(() => (kind === "error" ? readError(text) : entered.readAnswer(text)));
  return { kind, text: withRelatedTask(answer, relatedTaskOf(params)) };
}

async function askAll(
  input: InputRequiredResult,
  put: (result: string) => Promise<string | undefined>,
  entrance: Entrance,
): Promise<string | undefined> {
  const entered = await enterAll(input, entrance);
  if (entered.size === 0) return put(inputRequired());
  let responses: string | undefined;
  try {
    responses = await put(inputRequired(requestsText(entered)));
  } catch (error) {
    for (const one of entered.values()) one.ended("unanswered", (error as Error).message);
    throw error;
  } finally {
    for (const one of entered.values()) one.leave(false);
  }
  const given = responses?.startsWith("{") ? members(responses) : undefined;
  const answers: string[] = [];
  for (const [key, one] of entered) {
    const text = given?.get(key);
    if (text === undefined) one.ended("unanswered");
    else answers.push(`${JSON.stringify(key)}:${one.answered(() => one.readAnswer(text))}`);
  }
  return given && `{${answers.join(",")}}`;
}

async function enterAll(
  { result, from, client }: InputRequiredResult,
  entrance: Entrance,
): Promise<ReadonlyMap<string, Entered>> {
  const entered = new Map<string, Entered>();
  try {
    for (const [key, request] of inputRequestsOf(result)) {
      const parts = members(request);
      const method = String(JSON.parse(parts.get("method") ?? '""'));
      const asked = { server: from.name, method, params: parts.get("params"), key };
      entered.set(key, await entrance.enter(asked, from, client));
    }
    return entered;
  } catch (error) {
    for (const one of entered.values()) {
      one.leave(false);
      one.ended("refused", "another question that came with it was refused");
    }
    throw refusal(from, error);
  }
}

async function passLinks(
  reply: UpstreamReply,
  from: Upstream,
  client: ClientProfile,
  entrance: Entrance,
): Promise<UpstreamReply> {
  const { code, message, data } = reply.value as JsonObject;
  const head = JSON.stringify({ code, message: showText(String(message)) });
  const wanted = isJsonObject(data) && Array.isArray(data.elicitations) ? data.elicitations : undefined;
  const links: string[] = [];
  for (const one of wanted ?? []) {
    const params = JSON.stringify(isJsonObject(one) ? { ...one, mode: "url" } : one);
    const asked = { server: from.name, method: "elicitation/create", params, key: "" };
    const entered = await entrance.enter(asked, from, client).catch((error: unknown) => {
      throw refusal(from, error);
    });
    entered.leave(false);
    // The client opens it by itself, and tells nobody.
    entered.ended("passed");
    links.push(entered.params!);
  }
  const text = wanted ? withMember(head, "data", `{"elicitations":[${links.join(",")}]}`) : head;
  return { kind: "error", text, value: JSON.parse(text) as JsonObject };
}

function refusal({ name }: Upstream, error: unknown): unknown {
  if (!(error instanceof PreloopError) || error.code === "session_frozen") return error;
  return new PreloopError(
    "input_failed",
    `${name} wanted something of the client that was not passed on: ${error.message}. Nothing more was done.`,
    { cause: error },
  );
}

function requestsText(entered: ReadonlyMap<string, Entered>): string {
  const entries = [...entered].map(([key, { asked, params }]) => {
    const text = params === undefined ? "" : `,"params":${params}`;
    return `${JSON.stringify(key)}:{"method":${JSON.stringify(asked.method)}${text}}`;
  });
  return `{${entries.join(",")}}`;
}

/** The params with what of the server's `_meta` means something between a server and its client. */
function withKnownMeta(params: string | undefined, given: string | undefined): string | undefined {
  const related = relatedTaskOf(given);
  const meta = given === undefined ? undefined : members(given).get("_meta");
  const token = meta?.startsWith("{") ? members(meta).get("progressToken") : undefined;
  const isToken = token !== undefined && /^["\d]/.test(token) && token.length <= 256;
  if (!isToken && related === undefined) return params;
  const own = isToken ? withMember(params ?? "{}", "_meta", `{"progressToken":${token}}`) : (params ?? "{}");
  return withRelatedTask(own, related);
}
