import { describe, expect, test } from "vitest";
import { createCanceller, type Json, type JsonObject, PreloopError } from "#base";
import type { ServerProfile, Upstream, UpstreamReply, UpstreamRequest, UpstreamState } from "#upstreams";
import type { RequestContext } from "../../../src/gateway/context/request-context.ts";
import { followTask } from "../../../src/gateway/tasks/follow.ts";
import type { Task } from "../../../src/gateway/tasks/task.ts";
import { createUpstreamTasks } from "../../../src/gateway/tasks/upstream-tasks.ts";

const profile = (): ServerProfile => ({
  era: "modern",
  protocolVersion: "2026-07-28",
  capabilities: {},
  serverInfo: { name: "far" },
});
const result = (value: JsonObject): UpstreamReply => ({ kind: "result", text: JSON.stringify(value), value });
const task = (status: string, more: JsonObject = {}) =>
  result({ resultType: "task", taskId: "t1", status, pollIntervalMs: 1, ...more });

/** A server that answers as it is told, and a call's way to its client. */
function far(answer: (method: string, far: { restart(): void }) => UpstreamReply) {
  const asked: string[] = [];
  let state: UpstreamState = { kind: "ready", profile: profile() };
  let awake = 0;
  const restart = () => {
    state = { kind: "ready", profile: profile() };
  };
  const upstream = {
    name: "far",
    get state() {
      return state;
    },
    async request({ method }: UpstreamRequest) {
      asked.push(method);
      expect(awake).toBeGreaterThan(method === "tasks/cancel" ? -1 : 0);
      return answer(method, { restart });
    },
    retain() {
      awake++;
      return () => void awake--;
    },
  } as unknown as Upstream;
  const context = {
    client: { era: "modern", capabilities: {} } as unknown as RequestContext["client"],
    signal: createCanceller().signal,
    attach: () => () => {},
    ask: async () => "{}",
  } as unknown as RequestContext;
  const follow = (first: UpstreamReply, beforeRound = () => {}) =>
    followTask(first, { upstream, context, beforeRound });
  return { asked, follow, awake: () => awake };
}

describe("a server's task", () => {
  test.each([
    ["completed", "result", { content: [{ type: "text", text: "built" }] }],
    ["failed", "error", { code: -32050, message: "no more paper" }],
  ] as const)("that came back %s is asked for what came of it", async (status, kind, value) => {
    const { asked, follow, awake } = far(() => task(status, { [kind]: value as unknown as Json }));
    expect(await follow(task(status))).toEqual({ kind, text: JSON.stringify(value), value });
    expect(asked).toEqual(["tasks/get"]);
    expect(awake()).toBe(0);
  });

  test("is lost with its server, and not looked for by its id at the next", async () => {
    const { asked, follow } = far((_method, { restart }) => {
      restart();
      return task("working");
    });
    await expect(follow(task("working"))).rejects.toThrow("far was restarted and lost the task.");
    expect(asked).toEqual(["tasks/get"]);
  });

  test("is cancelled when its call ends for whatever reason of ours", async () => {
    const { asked, follow } = far((method) =>
      method === "tasks/get"
        ? task("input_required", { inputRequests: { q: { method: "elicitation/create" } } })
        : result({}),
    );
    const frozen = () => {
      throw new PreloopError("session_frozen", "frozen");
    };
    await expect(follow(task("working"), frozen)).rejects.toMatchObject({ code: "session_frozen" });
    expect(asked).toEqual(["tasks/get", "tasks/cancel"]);
  });

  test("that ended by itself is not cancelled", async () => {
    const { asked, follow } = far(() => task("cancelled"));
    await expect(follow(task("working"))).rejects.toThrow("cancelled the task");
    expect(asked).toEqual(["tasks/get"]);
  });
});

test("the end of one task leaves alone the next one of the same id", () => {
  const abroad = createUpstreamTasks();
  const options = { wantsUpstreamTask: false, detachesWhenSent: false };
  const own = { id: "ours", turn() {} } as unknown as Task;
  const { handle } = abroad.handleFor(own, options);
  const woken: string[] = [];
  const end = handle.follow("far", "t1", () => woken.push("first"));
  handle.follow("far", "t1", () => woken.push("second"));
  end();
  abroad.onNotification({ name: "far" } as Upstream, "notifications/tasks", '{"taskId":"t1"}');
  expect(woken).toEqual(["second"]);
});
