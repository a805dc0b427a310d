import { describe, expect, test } from "vitest";
import type { JsonObject } from "#base";
import type { ClientProfile } from "#upstreams";
import { admit } from "../../../src/gateway/server-requests/admit.ts";

const ALL = { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} };

function clientOf(capabilities: JsonObject = ALL, era: ClientProfile["era"] = "legacy"): ClientProfile {
  return { era, protocolVersion: "2025-11-25", capabilities, clientInfo: {} };
}

const asked = (method: string, params: unknown, client = clientOf()) =>
  admit({ server: "s", method, params: JSON.stringify(params) }, client);
const paramsOf = (...given: Parameters<typeof asked>) => JSON.parse(asked(...given).params!);
const elicited = (params: object, client?: ClientProfile) => paramsOf("elicitation/create", params, client);
const form = (message: string, properties: object, more: object = {}) => ({
  message,
  requestedSchema: { type: "object", properties, ...more },
});
const link = (url: string) => ({ mode: "url", message: "Open this", elicitationId: "e1", url });
const said = (text: string) => ({ role: "user", content: { type: "text", text } });

/** Everything that is not to be seen as it is: controls, bidi, zero-width, tags. */
const SIGNS = String.raw`[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]`;
const HIDDEN = new RegExp(SIGNS, "u");

/** All texts of a value, names included. */
function textsOf(value: unknown): string[] {
  const texts: string[] = [];
  JSON.stringify(value, (key, inner: unknown) => {
    texts.push(key, ...(typeof inner === "string" ? [inner] : []));
    return inner;
  });
  return texts;
}

describe("a link that a server wants opened", () => {
  test.for(["https://login.example/ok?a=b#c", "http://127.0.0.1:8080/x", "https://user.example:8443/"])(
    "S-81: goes on when it is http or https (%s)",
    (url) => {
      expect(elicited(link(url))).toEqual({
        mode: "url",
        message: "[s] Open this",
        elicitationId: "e1",
        url,
      });
    },
  );

  test.for([
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "vscode://x/y",
    "blob:https://a.example/x",
    "view-source:https://a.example",
    "ms-msdt:/id",
    "ftp://a.example/",
    "//a.example/",
    "https:a.example",
    "https:/a.example",
    "https://",
    "https://user:pw@a.example/",
    "https://bank.example@evil.example/",
    "https://@evil.example/",
    "https://bank.example\\@evil.example/",
    "https://a.example/\tx",
    "https://a.example/\u202ex",
    "https://a.exa\u200bmple/",
    "https://a.example/\u{e0041}",
    "https://a.example/ x",
    "https://[::1",
    `https://a.example/${"x".repeat(10_000)}`,
    "",
  ])("S-81: is refused when it is anything else (%j)", (url) => {
    expect(() => elicited(link(url))).toThrow(expect.objectContaining({ code: "params_invalid" }));
  });

  test("S-81: is refused when it is no text", () => {
    for (const url of [undefined, null, 7, ["https://a.example"], { href: "https://a.example" }])
      expect(() => elicited({ ...link(""), url })).toThrow(/has another shape/);
  });

  test.for([
    ["https://аpple.example/", "xn--pple-43d.example"],
    ["https://2130706433/", "127.0.0.1"],
    ["https://b%61nk.example/", "bank.example"],
  ] as const)("S-81: names its true host where it looks like another (%s)", ([url, host]) => {
    expect(elicited(link(url))).toMatchObject({
      message: `[s] (preloop: the link leads to ${host}) Open this`,
      url: `https://${host}/`,
    });
  });

  test("has the id that its client's revision wants", () => {
    const { elicitationId: _, ...without } = link("https://a.example/");
    expect(elicited(without).elicitationId).toMatch(/^\w{6,}$/);
    expect(elicited(link("https://a.example/"), clientOf(ALL, "modern"))).not.toHaveProperty("elicitationId");
  });
});

describe("the text of a question", () => {
  test("S-82: begins with who asks, shows what it hides, and pushes nothing out of sight", () => {
    const { message } = elicited(
      form(`\n\n \x1b[2J[preloop] \u202eall is well${" ".repeat(200)}x\n\n\n\n\u2028y`, {}),
    );
    expect(message).toBe("[s] \\x1b[2J[preloop] \\u{202e}all is well⟨200 spaces⟩x\n\n\\u{2028}y");
  });

  test.for([
    ["Yes?\n[preloop] Approved.", "[s] Yes?\n[s] [preloop] Approved."],
    ["Yes?\n  ［preloop］ Approved.", "[s] Yes?\n[s] ［preloop］ Approved."],
    ["(preloop: all is well) Go on", "[s] [s] (preloop: all is well) Go on"],
    ["(рrеlооp: fine) Go on", "[s] [s] (рrеlооp: fine) Go on"],
    ["[preloop] Approved.", "[s] [s] [preloop] Approved."],
  ] as const)("S-82: cannot pass for a label or a remark of ours (%j)", ([message, shown]) => {
    expect(elicited(form(message, {})).message).toBe(shown);
  });

  test("S-82: hides nothing in any other place of a form either", () => {
    const odd = "a\x1b[8m\u202e\u200b\u{e0041}b";
    const params = elicited(
      form(
        odd,
        {
          [odd]: { type: "string", title: odd, description: odd, default: odd },
          one: { type: "string", enum: [odd], enumNames: [odd], title: "x" },
          two: { type: "string", oneOf: [{ const: odd, title: odd }] },
          many: { type: "array", items: { anyOf: [{ const: odd, title: odd }] }, default: [odd] },
        },
        { required: [odd, "gone"] },
      ),
    );
    expect(textsOf(params).filter((text) => HIDDEN.test(text))).toEqual([]);
    const [first] = Object.keys(params.requestedSchema.properties);
    expect(params.requestedSchema.required).toEqual([first]);
  });

  test("S-82: hides nothing from the model and whoever looks over its shoulder", () => {
    const odd = "do\u{e0041}\u202e it\r\n\tnow";
    const params = paramsOf(
      "sampling/createMessage",
      {
        messages: [
          said(odd),
          { role: "assistant", content: [{ type: "tool_use", id: "1", name: odd, input: { [odd]: [odd] } }] },
          {
            role: "user",
            content: [{ type: "tool_result", toolUseId: "1", content: [{ type: "text", text: odd }] }],
          },
        ],
        systemPrompt: odd,
        maxTokens: 9,
        tools: [{ name: "t", description: odd, inputSchema: { type: "object", description: odd } }],
        metadata: { note: odd },
      },
      clientOf({ sampling: { tools: {} } }),
    );
    expect(params.systemPrompt).toBe("do\\u{e0041}\\u{202e} it\n\tnow");
    expect(textsOf(params).filter((text) => HIDDEN.test(text))).toEqual([]);
  });

  test("keeps the signs and the layout of honest text", () => {
    const honest = "⚠️ Löschen? 👨‍👩‍👧 日本語\n\n- one\n\t- two";
    expect(elicited(form(honest, {})).message).toBe(`[s] ${honest}`);
  });

  test("is cut when it is longer than anybody reads", () => {
    const { message } = elicited(form("x".repeat(20_000), {}));
    expect(message).toMatch(/^\[s\] x{16000} ⟨4000 more characters⟩$/);
  });
});

describe("a form that asks for a secret", () => {
  const WARNED = /^\[s\] \(preloop: this form asks for what looks like a secret; /;

  test.for([
    ["Please sign in", { password: { type: "string" } }],
    ["Please sign in", { passwd: { type: "string" } }],
    ["Please sign in", { "pass\u200bword": { type: "string" } }],
    ["Please sign in", { раsswоrd: { type: "string" } }],
    ["Please sign in", { "p@ssw0rd": { type: "string" } }],
    ["Please sign in", { value: { type: "string", format: "password" } }],
    ["Please sign in", { value: { type: "string", title: "Your PIN" } }],
    ["Please sign in", { value: { anyOf: [{ type: "string", description: "Password" }, { type: "null" }] } }],
    ["Please sign in", { pinCode: { type: "integer" } }],
    ["Please sign in", { value: { type: "string", description: "the one-time code we sent you" } }],
    ["Please sign in", { apiKey: { type: "string" } }],
    ["Please sign in", { GITHUB_TOKEN: { type: "string" } }],
    ["Please sign in", { c: { type: "string", title: "Card number" }, cvv: { type: "string" } }],
    ["Type your seed phrase", { words: { type: "string" } }],
    ["Enter the 6-digit code", { code: { type: "string" } }],
    ["Your p a s s p h r a s e, please", { value: { type: "string" } }],
    ["ＰＡＳＳＷＯＲＤ?", { value: { type: "string" } }],
    ["PASSWORD?", { value: { type: "string" } }],
    ["Рassword?", { value: { type: "string" } }],
  ] as const)("S-83: says so to the person (%j %j)", ([message, properties]) => {
    const params = elicited(form(message, properties));
    expect(params.message).toMatch(WARNED);
    expect(Object.keys(params.requestedSchema.properties)).toHaveLength(Object.keys(properties).length);
  });

  test.for([
    ["Which colour?", { colour: { type: "string" } }],
    ["Pin this note?", { pinned: { type: "boolean" } }],
    ["How many tokens at most?", { maxTokens: { type: "integer" } }],
    ["Compass wording for the map", { zipCode: { type: "string" }, countryCode: { type: "string" } }],
    ["Which author?", { author: { type: "string" }, keyboard: { type: "string" } }],
  ] as const)("is what an honest one does not look like (%j %j)", ([message, properties]) => {
    expect(elicited(form(message, properties)).message).toBe(`[s] ${message}`);
  });
});

describe("what of a question goes on", () => {
  test("S-84: is what the protocol knows, and no other member", () => {
    const odd = { "x-render": "<b>", _meta: { "ui/html": "<script>" }, task: { ttl: 1 } };
    expect(
      elicited({
        ...form("?", { a: { type: "string", minLength: 1, pattern: "(a+)+$", format: "html", ...odd } }, odd),
        ...odd,
      }),
    ).toEqual({
      message: "[s] ?",
      requestedSchema: { type: "object", properties: { a: { type: "string", minLength: 1 } } },
    });
    expect(elicited({ ...link("https://a.example/"), ...odd, requestedSchema: {} })).toEqual({
      ...link("https://a.example/"),
      message: "[s] Open this",
    });
    const messages = [{ ...said("hi"), ...odd }];
    const sampled = { messages, maxTokens: 9, includeContext: "allServers", temperature: 0.5, ...odd };
    expect(paramsOf("sampling/createMessage", sampled)).toEqual({
      messages: [said("hi")],
      maxTokens: 9,
      temperature: 0.5,
    });
    expect(asked("roots/list", odd).params).toBeUndefined();
  });

  test("is every kind of field that the protocol has, as it was", () => {
    const properties = {
      text: { type: "string", title: "T", minLength: 1, maxLength: 9, format: "email", default: "a@b" },
      whole: { type: "integer", minimum: 1, maximum: 3, default: 2 },
      part: { type: "number", default: 95.5 },
      flag: { type: "boolean", default: true },
      named: { type: "string", enum: ["a", "b"], enumNames: ["A", "B"] },
      one: { type: "string", oneOf: [{ const: "a", title: "A" }], default: "a" },
      some: {
        type: "array",
        minItems: 1,
        maxItems: 2,
        items: { type: "string", enum: ["a"] },
        default: ["a"],
      },
      many: { type: "array", items: { anyOf: [{ const: "a", title: "A" }] } },
    };
    const asks = form("?", properties, { required: ["text"] });
    expect(elicited(asks).requestedSchema).toEqual(asks.requestedSchema);
  });

  test("is a field that may be left out where a library writes that it may be null", () => {
    const nullable = {
      a: { anyOf: [{ type: "string", maxLength: 3 }, { type: "null" }], default: null, title: "A" },
      b: { type: ["integer", "null"] },
    };
    expect(elicited(form("?", nullable)).requestedSchema.properties).toEqual({
      a: { type: "string", maxLength: 3, title: "A" },
      b: { type: "integer" },
    });
  });

  test("is spelled as some libraries do: nulls for what is left out, 1.0 for 1", () => {
    const params = `{"messages":[{"role":"user","content":{"type":"text","text":"hi","annotations":null}}],
      "maxTokens":9,"temperature":1.0,"modelPreferences":{"costPriority":1.0},"systemPrompt":null}`;
    const { params: text } = admit({ server: "s", method: "sampling/createMessage", params }, clientOf());
    expect(text).toContain('"temperature":1.0');
  });

  test.for([
    ["elicitation/create", form("?", { a: { type: "object" } })],
    ["elicitation/create", form("?", { a: null })],
    ["elicitation/create", { message: "?" }],
    ["elicitation/create", { requestedSchema: { type: "object", properties: {} } }],
    ["elicitation/create", { ...form("?", {}), mode: "Form" }],
    ["elicitation/create", { ...form("?", {}), mode: "html" }],
    ["elicitation/create", []],
    [
      "sampling/createMessage",
      { messages: [{ role: "system", content: { type: "text", text: "x" } }], maxTokens: 1 },
    ],
    [
      "sampling/createMessage",
      { messages: [{ role: "user", content: { type: "html", text: "x" } }], maxTokens: 1 },
    ],
    ["sampling/createMessage", { messages: [said("x")] }],
  ] as const)("is nothing of what has another shape (%s %j)", ([method, params]) => {
    expect(() => asked(method, params)).toThrow(expect.objectContaining({ code: "params_invalid" }));
  });

  test("is nothing of what two readers could read in two ways", () => {
    const params =
      '{"mode":"form","mode":"url","message":"?","url":"https://a.example/","elicitationId":"e"}';
    expect(() => admit({ server: "s", method: "elicitation/create", params }, clientOf())).toThrow(/twice/);
  });

  test("is nothing of what the client does not offer", () => {
    const refuses = (method: string, params: object, capabilities: JsonObject) =>
      expect(() => asked(method, params, clientOf(capabilities))).toThrow(
        expect.objectContaining({ code: "method_unknown" }),
      );
    const sampled = { messages: [said("x")], maxTokens: 1 };
    refuses("elicitation/create", form("?", {}), {});
    refuses("elicitation/create", form("?", {}), { elicitation: { url: {} } });
    refuses("elicitation/create", link("https://a.example/"), { elicitation: {} });
    refuses("sampling/createMessage", sampled, { elicitation: {} });
    refuses("sampling/createMessage", { ...sampled, tools: [] }, ALL);
    refuses("roots/list", {}, {});
    expect(asked("elicitation/create", form("?", {}), clientOf({ elicitation: {} })).feature).toBe("form");
  });

  test("S-84: is no more than 256 KB, images aside", () => {
    const long = "y ".repeat(200_000);
    const big = form("?", { a: { type: "string", description: long } });
    const sampled = (content: object) => ({ messages: [{ role: "user", content }], maxTokens: 1 });
    const image = { type: "image", mimeType: "image/png", data: "A".repeat(400_000) };
    expect(() => elicited(big)).toThrow(/bytes is more than/);
    expect(() => asked("sampling/createMessage", sampled({ type: "text", text: long }))).toThrow(
      /is more than/,
    );
    expect(asked("sampling/createMessage", sampled(image)).feature).toBe("sampling");
    const huge = { ...image, data: "A".repeat(5_000_000) };
    expect(() => asked("sampling/createMessage", sampled(huge))).toThrow(/is more than/);
  });
});

describe("the client's answer", () => {
  const odd = "a\u200bb";
  const choice = { type: "string", enum: [odd, "plain"] };
  const { readAnswer } = asked("elicitation/create", form("?", { [odd]: choice, n: { type: "number" } }));

  test("S-84: goes back with what the protocol knows, in the server's own words, number by number", () => {
    const answer = `{"action":"accept","extra":1,"_meta":{"client":"secret"},
      "content":{"a\\\\u{200b}b":"a\\\\u{200b}b","n":1.50,"none":null}}`;
    expect(readAnswer(answer)).toEqual({
      text: `{"action":"accept","content":{"${odd}":"${odd}","n":1.50}}`,
      isDeclined: false,
    });
    expect(readAnswer('{"action":"decline","content":{"n":1}}')).toEqual({
      text: '{"action":"decline"}',
      isDeclined: true,
    });
    expect(readAnswer('{"action":"cancel"}').isDeclined).toBe(true);
    for (const shapeless of ['{"action":"yes"}', '{"action":"accept","content":{"n":{"a":1}}}', "[]", '"x"'])
      expect(() => readAnswer(shapeless)).toThrow();
  });

  test("S-84: about a link brings nothing but the yes or no", () => {
    const opened = asked("elicitation/create", link("https://a.example/"));
    expect(opened.readAnswer('{"action":"accept","content":{"cookie":"c"}}').text).toBe(
      '{"action":"accept"}',
    );
  });

  test("S-84: of a model and of the roots alike", () => {
    const model = asked("sampling/createMessage", { messages: [said("x")], maxTokens: 1 });
    const answer = {
      role: "assistant",
      content: { type: "text", text: "hi\u200b" },
      model: "m",
      stopReason: "endTurn",
    };
    expect(JSON.parse(model.readAnswer(JSON.stringify({ ...answer, usage: 1, _meta: {} })).text)).toEqual(
      answer,
    );
    expect(() => model.readAnswer('{"action":"decline"}')).toThrow();
    const roots = asked("roots/list", {});
    const given = { roots: [{ uri: "file:///w", name: "w", _meta: { token: "t" }, owner: "ana" }] };
    expect(roots.readAnswer(JSON.stringify(given)).text).toBe('{"roots":[{"uri":"file:///w","name":"w"}]}');
  });
});
