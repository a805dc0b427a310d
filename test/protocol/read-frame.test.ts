import { describe, expect, test } from "vitest";
import { readFrame } from "#protocol";

describe("a frame", () => {
  test.for([
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}', { kind: "request", id: 1, method: "ping", params: {} }],
    [
      '{"jsonrpc":"2.0","id":"1","method":"m","params":{"a":1}}',
      { kind: "request", id: "1", params: { a: 1 } },
    ],
    ['{"jsonrpc":"2.0","method":"m"}', { kind: "notification", method: "m", params: {} }],
    ['{"jsonrpc":"2.0","id":0,"result":null}', { kind: "result", id: 0, result: null }],
    [
      '{"jsonrpc":"2.0","id":0,"error":{"code":-1,"message":"x"}}',
      { kind: "error", id: 0, error: { code: -1 } },
    ],
    ['{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"x"}}', { kind: "error", id: null }],
    ['{"jsonrpc":"2.0","error":{"code":-1,"message":"x"}}', { kind: "error", id: null }],
  ] as const)("is read and keeps its text: %s", ([text, frame]) => {
    expect(readFrame(text)).toMatchObject({ ...frame, text });
  });

  test.for([
    ["{", null, -32700],
    ["", null, -32700],
    ['{"a":1}{"b":2}', null, -32700],
    ["null", null, -32600],
    ["7", null, -32600],
    ["[]", null, -32600],
    ['{"id":1,"method":"m"}', 1, -32600],
    ['{"jsonrpc":"1.0","id":1,"method":"m"}', 1, -32600],
    ['{"jsonrpc":"2.0","id":null,"method":"m"}', null, -32600],
    ['{"jsonrpc":"2.0","id":1.5,"method":"m"}', null, -32600],
    ['{"jsonrpc":"2.0","id":12345678901234567890,"method":"m"}', null, -32600],
    ['{"jsonrpc":"2.0","id":{},"method":"m"}', null, -32600],
    ['{"jsonrpc":"2.0","id":1,"method":7}', 1, -32600],
    ['{"jsonrpc":"2.0","id":1,"method":"m","params":[1]}', 1, -32600],
    ['{"jsonrpc":"2.0","id":1,"method":"m","params":null}', 1, -32600],
    ['{"jsonrpc":"2.0","id":1,"method":"m","result":{}}', 1, -32600],
    ['{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}', 1, -32600],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":"x","message":""}}', 1, -32600],
    ['{"jsonrpc":"2.0","id":1,"error":null}', 1, -32600],
    ['{"jsonrpc":"2.0","result":{}}', null, -32600],
    ['{"jsonrpc":"2.0","id":1}', 1, -32600],
    ['{"__proto__":{"jsonrpc":"2.0","id":1,"method":"m"}}', null, -32600],
  ] as const)(
    "that is no message is malformed, with its id where one is readable: %s",
    ([text, id, code]) => {
      expect(readFrame(text)).toMatchObject({ kind: "malformed", id, code });
    },
  );

  test("with __proto__ among its members changes no prototype", () => {
    const frame = readFrame('{"jsonrpc":"2.0","id":1,"method":"m","params":{"__proto__":{"polluted":true}}}');
    expect(frame).toMatchObject({ kind: "request", method: "m" });
    expect(Object.hasOwn((frame as { params: object }).params, "__proto__")).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("nested a hundred thousand levels deep is read or refused, without ending the process", () => {
    const deep = `{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`;
    expect(readFrame(deep)).toMatchObject({ id: expect.anything() });
  });
});

test("a batch is a list of frames, each with its own text", () => {
  const first = '{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":"],["}}';
  const batch = readFrame(`[ ${first} , 7,{"jsonrpc":"2.0","method":"n"}]`);
  expect(batch).toMatchObject([
    { kind: "request", id: 1, text: first },
    { kind: "malformed" },
    { kind: "notification", text: '{"jsonrpc":"2.0","method":"n"}' },
  ]);
});
