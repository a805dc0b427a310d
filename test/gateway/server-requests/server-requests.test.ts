import { beforeEach, describe, expect, test } from "vitest";
import { type JsonObject, PreloopError, silentLog } from "#base";
import type { SessionRef } from "#model";
import type { ClientProfile, Upstream, UpstreamReply } from "#upstreams";
import { type CallServices, createSessionCallServices } from "../../../src/gateway/call/call-services.ts";
import { inputRequired } from "../../../src/gateway/context/input.ts";
import type { ServerRequest } from "../../../src/gateway/server-requests/direct.ts";
import {
  createServerRequests,
  type ServerRequests,
} from "../../../src/gateway/server-requests/server-requests.ts";

const client: ClientProfile = {
  era: "legacy",
  protocolVersion: "2025-11-25",
  capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
  clientInfo: {},
};
const profile = { era: "legacy", protocolVersion: "2025-11-25", capabilities: {}, serverInfo: {} };
const serverOf = (name: string, era = "legacy") =>
  ({ name, state: { kind: "ready", profile: { ...profile, era } } }) as unknown as Upstream;
const evil = serverOf("evil");

const FORM = {
  message: "Colour?",
  requestedSchema: { type: "object", properties: { colour: { type: "string" } } },
};
const FILLED = '{"action":"accept","content":{"colour":"blue-green"}}';
const link = (url: string) => ({ mode: "url", message: "Open", elicitationId: "e1", url });

let now: { frozen: boolean; off: boolean; held: boolean; denied: string[] };
let written: Record<string, string>[];
let requests: ServerRequests;
let asked: ServerRequest[];

beforeEach(() => {
  now = { frozen: false, off: false, held: false, denied: [] };
  written = [];
  asked = [];
  const services = createSessionCallServices({
    mayAsk: (_server: string, feature: string) => !now.denied.includes(feature),
    audit: { event: (event: string, user: string, facts: object) => written.push({ event, user, ...facts }) },
    liveGrants: { ready: Promise.resolve(), isFrozen: () => now.frozen },
    pins: {
      ready: Promise.resolve(),
      isOff: (server: string) => now.off && server === "evil",
      holdOfServer: (server: string) =>
        now.held && server === "evil" ? { kind: "server", why: "it is started another way" } : undefined,
    },
  } as unknown as CallServices);
  requests = createServerRequests({
    client: () => client,
    services: () => services,
    ref: () => ({ id: "s1", user: "local:ana" }) as SessionRef,
    log: silentLog,
  });
});

/** Puts a request of a server's to a client that answers it. */
function ask(
  method: string,
  params: unknown,
  given: { from?: Upstream; answer?: string; signal?: AbortSignal } = {},
) {
  const { from = evil, answer = FILLED, signal = new AbortController().signal } = given;
  const question = { upstream: from, method, params: JSON.stringify(params), signal };
  return requests.ask(question, async (one) => {
    asked.push(one);
    return { kind: "result", text: answer };
  });
}

/** The same that is never answered; resolves when it has been put. */
function askInVain(server: string, signal = new AbortController().signal) {
  return new Promise<"put" | PreloopError>((resolve) => {
    const question = {
      upstream: serverOf(server),
      method: "elicitation/create",
      params: JSON.stringify(FORM),
      signal,
    };
    requests
      .ask(question, () => {
        resolve("put");
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new PreloopError("request_cancelled", "taken back")));
        });
      })
      .catch(resolve);
  });
}

const askAll = (all: Record<string, unknown>, answer?: string) =>
  requests.askAll({ result: inputRequired(JSON.stringify(all)), from: evil, client }, async (result) => {
    asked.push({ params: result } as ServerRequest);
    return answer;
  });

describe("a request of a server's", () => {
  test.for([
    "tools/call",
    "custom/exec",
    "sampling/createMessage ",
    "Elicitation/create",
    "tasks/get",
    "initialize",
    "__proto__",
    "constructor",
    "",
  ])(
    "S-84: of a method that servers do not have reaches nobody, and is written down (%j)",
    async (method) => {
      await expect(ask(method, {})).rejects.toMatchObject({ code: "method_unknown" });
      expect(asked).toEqual([]);
      expect(written).toMatchObject([{ event: "server_asked", server: "evil", method, became: "refused" }]);
    },
  );

  test("S-84: is written down with what became of it, and without what was answered", async () => {
    await ask("elicitation/create", FORM);
    await ask("elicitation/create", FORM, { answer: '{"action":"cancel"}' });
    await expect(ask("elicitation/create", FORM, { answer: '{"what":1}' })).rejects.toMatchObject({
      code: "input_failed",
    });
    await expect(ask("elicitation/create", link("javascript:x"))).rejects.toMatchObject({
      code: "params_invalid",
    });
    expect(written).toMatchObject(
      ["answered", "declined", "unanswered", "refused"].map((became) => ({
        event: "server_asked",
        user: "local:ana",
        session: "s1",
        server: "evil",
        method: "elicitation/create",
        became,
      })),
    );
    expect(JSON.stringify(written)).not.toContain("blue");
  });

  test("goes on in the name of its task, and its answer comes back in that name alone", async () => {
    const related = { "io.modelcontextprotocol/related-task": { taskId: "theirs" } };
    const ours = { "io.modelcontextprotocol/related-task": { taskId: "ours" } };
    const reply = await ask(
      "elicitation/create",
      { ...FORM, _meta: { ...related, progressToken: 7, other: 1 } },
      { answer: JSON.stringify({ action: "decline", _meta: ours }) },
    );
    expect(JSON.parse(asked[0]!.params!)._meta).toEqual({ ...related, progressToken: 7 });
    expect(JSON.parse(reply.text)).toEqual({ action: "decline", _meta: related });
  });

  test("that the client answers with an error is answered with its code and words", async () => {
    const question = {
      upstream: evil,
      method: "roots/list",
      params: undefined,
      signal: new AbortController().signal,
    };
    const reply = await requests.ask(question, async () => ({
      kind: "error",
      text: '{"code":-1,"message":"no","data":{"token":"t"}}',
    }));
    expect(reply).toEqual({ kind: "error", text: '{"code":-1,"message":"no"}' });
    expect(written).toMatchObject([{ became: "declined" }]);
  });

  test("S-84: is none of a server of the modern era", async () => {
    await expect(ask("roots/list", {}, { from: serverOf("new", "modern") })).rejects.toMatchObject({
      code: "method_unknown",
    });
    expect(asked).toEqual([]);
  });

  test.for([
    ["frozen", "session_frozen"],
    ["off", "request_refused"],
    ["held", "request_refused"],
  ] as const)("S-84: is not passed on in a session, or of a server, that is %s", async ([what, code]) => {
    now[what] = true;
    await expect(ask("elicitation/create", FORM)).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
    expect(written).toMatchObject([{ became: "refused" }]);
  });

  test("S-84: gets no answer any more when the session was frozen meanwhile", async () => {
    const question = {
      upstream: evil,
      method: "elicitation/create",
      params: JSON.stringify(FORM),
      signal: new AbortController().signal,
    };
    const answer = requests.ask(question, async () => {
      now.frozen = true;
      return { kind: "result", text: FILLED };
    });
    await expect(answer).rejects.toMatchObject({ code: "session_frozen" });
    expect(written).toMatchObject([{ became: "unanswered" }]);
  });

  test("S-84: is refused where the config says so, from one request to the next", async () => {
    const features = {
      form: ["elicitation/create", FORM],
      link: ["elicitation/create", link("https://a.example/")],
      sampling: [
        "sampling/createMessage",
        { messages: [{ role: "user", content: { type: "text", text: "x" } }], maxTokens: 1 },
      ],
    } as const;
    for (const [feature, [method, params]] of Object.entries(features)) {
      now.denied = [feature];
      await expect(ask(method, params)).rejects.toMatchObject({ code: "request_refused" });
      now.denied = Object.keys(features).filter((one) => one !== feature);
      await ask(method, params, { answer: feature === "sampling" ? SAMPLED : FILLED });
    }
    expect(asked).toHaveLength(3);
  });
});

const SAMPLED = '{"role":"assistant","model":"m","content":{"type":"text","text":"x"}}';

describe("a flood of questions", () => {
  test("S-84: ends at 16 that are open for one server, and at 64 for the session", async () => {
    for (let at = 0; at < 16; at++) expect(await askInVain("s0")).toBe("put");
    expect(await askInVain("s0")).toMatchObject({ code: "request_refused" });
    for (let at = 16; at < 64; at++) expect(await askInVain(`s${Math.floor(at / 16)}`)).toBe("put");
    expect(await askInVain("s9")).toMatchObject({ code: "request_refused" });
  });

  test("S-84: does not get on by taking its questions back", async () => {
    for (let at = 0; at < 16; at++) {
      const abort = new AbortController();
      expect(await askInVain("s0", abort.signal)).toBe("put");
      abort.abort();
    }
    expect(await askInVain("s0")).toMatchObject({ code: "request_refused" });
  });

  test("S-84: of answered ones comes to an end, too", async () => {
    let refused = 0;
    for (let at = 0; at < 700; at++) await ask("elicitation/create", FORM).catch(() => refused++);
    expect(refused).toBeGreaterThan(0);
  });

  test("S-84: is counted in the audit, which does not grow with it", async () => {
    for (let at = 0; at < 1_000; at++) await ask("custom/exec", {}).catch(() => {});
    expect(written.length).toBeLessThan(100);
    const before = written.length;
    requests.close();
    expect(written.slice(before)).toMatchObject([
      { method: "custom/exec", before: expect.stringMatching(/^\d+ more/) },
    ]);
  });
});

describe("an answer that wants input", () => {
  const elicit = (params: object) => ({ method: "elicitation/create", params });

  test("S-84: is rebuilt, and so are the client's answers", async () => {
    const responses = await askAll(
      { a: { ...elicit(FORM), evil: 1 }, b: { method: "roots/list" } },
      `{"a":${FILLED},"b":{"roots":[],"_meta":{}},"c":{"stray":1}}`,
    );
    expect(JSON.parse(asked[0]!.params!)).toEqual({
      resultType: "input_required",
      inputRequests: {
        a: elicit({ ...FORM, message: "[evil] Colour?" }),
        b: { method: "roots/list" },
      },
    });
    expect(JSON.parse(responses!)).toEqual({ a: JSON.parse(FILLED), b: { roots: [] } });
    expect(written).toMatchObject([
      { method: "elicitation/create", became: "answered" },
      { method: "roots/list", became: "answered" },
    ]);
  });

  test.for([
    { a: elicit(FORM), b: elicit(link("javascript:alert(1)")) },
    { a: elicit(FORM), b: { method: "tools/call", params: { name: "other__rm" } } },
    { a: elicit(FORM), "b\u202e": elicit(FORM) },
    { a: elicit(FORM), b: { params: {} } },
    Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`k${at}`, elicit(FORM)])),
  ])("S-84: with one question that may not be put ends the call, and puts none (%#)", async (all) => {
    await expect(askAll(all)).rejects.toMatchObject({
      code: "input_failed",
      message: expect.stringMatching(/^evil wanted something of the client that was not passed on: /),
    });
    expect(asked).toEqual([]);
    expect(written.every(({ became }) => became === "refused")).toBe(true);
    expect(await askInVain("evil")).toBe("put");
  });

  test("S-84: is the end of the call in a session that was frozen", async () => {
    now.frozen = true;
    await expect(askAll({ a: elicit(FORM) })).rejects.toMatchObject({ code: "session_frozen" });
  });

  test("that is not answered is written down as that", async () => {
    expect(await askAll({ a: elicit(FORM) }, undefined)).toBeUndefined();
    expect(await askAll({ a: elicit(FORM) }, "{}")).toBe("{}");
    expect(written).toMatchObject([{ became: "unanswered" }, { became: "unanswered" }]);
  });
});

describe("an error that wants links opened", () => {
  const errorOf = (data: unknown): UpstreamReply => {
    const value = { code: -32042, message: "first\u202e this", data } as unknown as JsonObject;
    return { kind: "error", text: JSON.stringify(value), value };
  };

  test("S-81: goes to the client with what the protocol knows of it", async () => {
    const { text, value } = await requests.links(
      errorOf({ elicitations: [{ ...link("https://a.example/x"), evil: 1 }], evil: 1 }),
      evil,
      client,
    );
    expect(JSON.parse(text)).toEqual({
      code: -32042,
      message: "first\\u{202e} this",
      data: { elicitations: [{ ...link("https://a.example/x"), message: "[evil] Open" }] },
    });
    expect(value).toEqual(JSON.parse(text));
    expect(written).toMatchObject([{ method: "elicitation/create", became: "passed", host: "a.example" }]);
    expect(requests.knowsLink("evil", "e1")).toBe(true);
    expect(requests.knowsLink("other", "e1")).toBe(false);
  });

  test("S-81: ends the call where a link is none that a person may be sent to", async () => {
    const elicitations = [link("https://a.example/"), link("file:///etc/passwd")];
    await expect(requests.links(errorOf({ elicitations }), evil, client)).rejects.toMatchObject({
      code: "input_failed",
      message: expect.stringContaining("http"),
    });
    now.denied = ["link"];
    const honest = errorOf({ elicitations: [link("https://a.example/")] });
    await expect(requests.links(honest, evil, client)).rejects.toMatchObject({ code: "input_failed" });
  });

  test("S-81: brings nothing else that a client may take for links", async () => {
    for (const data of [undefined, "x", { elicitations: link("javascript:x") }, { url: "javascript:x" }]) {
      const { text } = await requests.links(errorOf(data), evil, client);
      expect(Object.keys(JSON.parse(text))).toEqual(["code", "message"]);
    }
  });
});
