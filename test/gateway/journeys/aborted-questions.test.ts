import { expect, test } from "vitest";
import type { Upstream } from "#upstreams";
import { inputRequired } from "../../../src/gateway/context/input.ts";
import { createDirectRequests } from "../../../src/gateway/server-requests/direct.ts";
import { createPiggybackRequests } from "../../../src/gateway/server-requests/piggyback.ts";
import { createInputs } from "../../../src/gateway/tasks/inputs.ts";

const signal = AbortSignal.abort();
const question = { upstream: { name: "far" } as Upstream, method: "roots/list", params: undefined, signal };
const cancelled = { code: "request_cancelled" };

test("a question that nobody waits for any more is not put", async () => {
  const sent: string[] = [];
  await expect(createDirectRequests((line) => sent.push(line)).ask(question)).rejects.toMatchObject(
    cancelled,
  );
  await expect(createPiggybackRequests().ask(question)).rejects.toMatchObject(cancelled);
  const inputs = createInputs({ onChange: () => sent.push("change") });
  const asked = inputs.ask(inputRequired('{"q":{"method":"roots/list"}}'), signal);
  await expect(asked).rejects.toMatchObject(cancelled);
  expect(inputs.open()).toBe("{}");
  expect(sent).toEqual([]);
});
