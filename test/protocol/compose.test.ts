import { expect, test } from "vitest";
import { composeError, composeNotification, composeReply, composeRequest, readFrame } from "#protocol";

test("frames are made of raw parts, which stay as they are", () => {
  expect(composeRequest({ id: 7, method: "m", params: '{ "n":1.0}' })).toBe(
    '{"jsonrpc":"2.0","id":7,"method":"m","params":{ "n":1.0}}',
  );
  expect(composeNotification({ method: 'a"b' })).toBe('{"jsonrpc":"2.0","method":"a\\"b"}');
  expect(composeReply("x", { kind: "result", text: "1e400" })).toBe(
    '{"jsonrpc":"2.0","id":"x","result":1e400}',
  );
});

test("an error of our own reads back as one", () => {
  expect(readFrame(composeError(null, { code: -32700, message: "no" }))).toMatchObject({
    kind: "error",
    id: null,
    error: { code: -32700, message: "no" },
  });
  expect(readFrame(composeError(2, { code: 1, message: "", data: [1] }))).toMatchObject({
    error: { data: [1] },
  });
});
