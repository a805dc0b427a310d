import { expect, test } from "vitest";
import { describeOnBothStores } from "./support/both-stores.ts";
import { openBytes } from "./support/bytes.ts";
import { heavyHeard, heavyServers, openHeavy, textOf } from "./support/heavy.ts";
import { pendings } from "./support/pending.ts";

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

/** Unusual, but good JSON: it must arrive as it was written. */
const UNUSUAL = [
  '{"big":12345678901234567890,"huge":1e400,"minus":-0,"whole":1.0,"long":0.1000000000000000055}',
  String.raw`{"half":"\ud800","nul":"\u0000","pair":"\ud83d\ude00","grin":"😀"}`,
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1}',
  `{"deep":${nested(500)}}`,
  '{ "spaced" :\t1 }',
] as const;

describeOnBothStores("unusual arguments", (build) => {
  test("that were asked about arrive as they were written", async () => {
    const here = await build.place({ servers: heavyServers });
    const agent = await openBytes(here);
    for (const [id, text] of UNUSUAL.entries()) agent.call(id, "heavy__echo", text);
    for (const { id } of await pendings(here, UNUSUAL.length))
      expect(await here.run("approvals", "approve", id)).toMatchObject({ status: 0 });
    for (const id of UNUSUAL.keys()) expect((await agent.answer(id)).result?.isError).toBeUndefined();
    const heard = heavyHeard(here);
    for (const text of UNUSUAL)
      expect(heard.filter((line) => line.includes(`"arguments":${text}`))).toHaveLength(1);
    expect(await here.run("audit", "verify")).toMatchObject({ status: 0 });
    await agent.close();
  });
});

const call = (id: string, params: string) =>
  `{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":${params}}`;

/** What two readers could read in two ways, or nobody can read; with the error that answers it. */
const REFUSED: readonly (readonly [string, number, string])[] = [
  ["a key twice", -32602, call("x", '{"name":"heavy__echo","arguments":{"a":1,"a":2}}')],
  [
    "a key twice, once escaped",
    -32602,
    call("x", String.raw`{"name":"heavy__echo","arguments":{"a":1,"\u0061":2}}`),
  ],
  [
    "a key twice, deep inside",
    -32602,
    call("x", '{"name":"heavy__echo","arguments":{"o":[{"__proto__":1,"__proto__":2}]}}'),
  ],
  ["two names", -32602, call("x", '{"name":"led__read","name":"heavy__echo","arguments":{}}')],
  [
    "two params",
    -32602,
    `${call("x", '{"name":"led__read","arguments":{}}').slice(0, -1)},"params":{"name":"heavy__echo"}}`,
  ],
  [
    "two methods",
    -32602,
    call("x", '{"name":"heavy__echo"}').replace('"method"', '"method":"ping","method"'),
  ],
  [
    "no params, beside an escaped key",
    -32602,
    String.raw`{"jsonrpc":"2.0","id":"x","method":"tools/call","\u0061":1}`,
  ],
  [
    "nesting without end",
    -32602,
    call("x", `{"name":"heavy__echo","arguments":{"deep":${nested(100_000)}}}`),
  ],
  ["arguments that are a list", -32602, call("x", '{"name":"heavy__echo","arguments":[]}')],
  ["arguments that are null", -32602, call("x", '{"name":"heavy__echo","arguments":null}')],
  ["a name that is a number", -32602, call("x", '{"name":7,"arguments":{}}')],
  ["no name", -32602, call("x", '{"arguments":{}}')],
  ["bytes that are no UTF-8", -32700, call("x", '{"name":"heavy__echo","arguments":{"a":"\xff\xfe"}}')],
];

test("a call that can be read in two ways, or not at all, is refused with its id, and reaches nobody", async () => {
  const { here, agent } = await openHeavy();
  for (const [what, code, line] of REFUSED) {
    agent.say(Buffer.from(line, "latin1"));
    expect((await agent.answer("x")).error?.code, what).toBe(code);
  }
  agent.say('{"jsonrpc":"2.0","id":12345678901234567890,"method":"ping"}');
  expect((await agent.answer(null)).error?.code).toBe(-32600);
  agent.call("fine", "heavy__echo");
  expect((await agent.answer("fine")).result).toBeDefined();
  expect(heavyHeard(here)).toHaveLength(1);
});

const FINE = '"content":[{"type":"text","text":"fine"}]';
const result = (more: string) => `{"jsonrpc":"2.0","id":ID,"result":{${FINE}${more}}}`;

/** What a server may answer, and must arrive as it was written. */
const PASSED = [
  result(',"big":12345678901234567890,"huge":1e400,"minus":-0,"whole":1.0'),
  result(String.raw`,"half":"\ud800","nul":"\u0000"`),
  result(',"__proto__":{"isError":true},"constructor":{"prototype":{"isError":true}}'),
  result(`,"deep":${nested(500)}`),
  result(',"a":1,"a":2'),
] as const;

/** What no client must be bothered with; the call it belongs to fails. */
const BROKEN: readonly (readonly [string, string])[] = [
  ["bytes that are no UTF-8", result(',"a":"\xff"')],
  ["no version", result("").replace('"jsonrpc":"2.0",', "")],
  ["neither result nor error", '{"jsonrpc":"2.0","id":ID}'],
  ["both result and error", result("").replace('"result"', '"error":{"code":1,"message":"m"},"result"')],
  ["an error that is text", '{"jsonrpc":"2.0","id":ID,"error":"x"}'],
  ["an error without a number", '{"jsonrpc":"2.0","id":ID,"error":{"code":"x","message":1}}'],
];

test("a server's odd answers pass as they are, broken ones fail their own call", async () => {
  const { agent } = await openHeavy();
  const ask = async (reply: string) => {
    agent.call(reply, "heavy__raw", `{"base64":"${Buffer.from(reply, "latin1").toString("base64")}"}`);
    return agent.answer(reply);
  };
  for (const reply of PASSED) {
    const answer = await ask(reply);
    expect(textOf(answer)).toBe("fine");
    expect(answer.result?.isError).toBeUndefined();
    const body = reply.slice(reply.indexOf('"result":'), -1);
    expect(agent.frames.at(-1)).toContain(body);
  }
  for (const [what, reply] of BROKEN) {
    const answer = await ask(reply);
    expect(answer.result, what).toMatchObject({
      isError: true,
      _meta: { "preloop/call": { status: "unknown", retry: "never" } },
    });
  }
  // Nonsense, a second answer and answers that nobody asked for are nobody's.
  await ask(
    `nonsense\n\n[]\n{}\nnull\n${result("")}\r\n${result(',"again":1')}\n${result("").replace("ID", "77777")}`,
  );
  expect(await ask(result(""))).toMatchObject({ result: { content: [{ text: "fine" }] } });
  const answers = agent.frames.map((frame) => JSON.parse(frame) as { id?: unknown; method?: string });
  const ids = answers.filter(({ method }) => method === undefined).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
