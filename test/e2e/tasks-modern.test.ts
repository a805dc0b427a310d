import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ROOT } from "../support/run-preloop.ts";
import { type Answer, type Lines, openLines } from "./support/lines.ts";
import { nextPending } from "./support/pending.ts";
import { makePlace, type Place } from "./support/place.ts";

vi.setConfig({ testTimeout: 60_000 });

const PREFIX = "io.modelcontextprotocol/";
const capabilities = { elicitation: { form: {} } };
const envelope = (clientCapabilities: object) => ({
  [`${PREFIX}protocolVersion`]: "2026-07-28",
  [`${PREFIX}clientInfo`]: { name: "lines", version: "1" },
  [`${PREFIX}clientCapabilities`]: clientCapabilities,
});
const PLAIN = envelope(capabilities);
const WITH_TASKS = envelope({ ...capabilities, extensions: { [`${PREFIX}tasks`]: {} } });

const servers = (folder: string) => ({
  n: {
    command: process.execPath,
    args: [path.join(ROOT, "test/fixtures/task-modern.mjs"), path.join(folder, "ledger")],
  },
  old: { command: process.execPath, args: [path.join(ROOT, "test/fixtures/era-legacy.mjs")] },
});
const rules = [{ name: "asked", tool: ["*"], when: "has(args.ask)", action: "ask" }];
const QUESTION = { action: "accept", content: { colour: "blue" } };

describe("a modern request that can be answered with a task", () => {
  let place: Place;
  let client: Lines;
  beforeAll(async () => {
    place = await makePlace({ servers, policy: { default: "allow", rules } });
    client = openLines(place);
    await client.ask("server/discover", { _meta: WITH_TASKS });
  });
  afterAll(async () => {
    await client?.close();
    await place?.remove();
  });

  const call = (name: string, args: object, _meta: object = WITH_TASKS) =>
    client.ask("tools/call", { _meta, name, arguments: args });
  const about = (method: string, taskId: unknown, more: object = {}) =>
    client.ask(method, { _meta: WITH_TASKS, taskId, ...more });
  const idOf = ({ result }: Answer) => {
    expect(result).toMatchObject({ resultType: "task", status: "working" });
    return result!.taskId;
  };
  const turnsTo = async (status: string, taskId: unknown) => {
    await expect
      .poll(async () => (await about("tasks/get", taskId)).result?.status, { timeout: 20_000 })
      .toBe(status);
    return (await about("tasks/get", taskId)).result;
  };
  const ledger = () => {
    const file = path.join(place.folder, "ledger");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };

  test("hears in discovery that there are tasks", async () => {
    const { result } = await client.ask("server/discover", { _meta: WITH_TASKS });
    expect(result).toMatchObject({ capabilities: { extensions: { [`${PREFIX}tasks`]: {} } } });
  });

  test("gets one when its call waits for a person, and its result when the call has run once", async () => {
    const taskId = idOf(await call("n__build", { note: "waits", ask: true }));
    const { id } = await nextPending(place);
    expect(await turnsTo("working", taskId)).toMatchObject({
      resultType: "complete",
      statusMessage: `Waiting for approval ${id}.`,
    });
    expect(ledger()).not.toContain("build waits");
    expect((await place.run("approvals", "approve", id)).status).toBe(0);
    expect(await turnsTo("completed", taskId)).toMatchObject({
      result: { content: [{ text: "built waits" }] },
    });
    expect(ledger().filter((line) => line === "build waits")).toHaveLength(1);
  });

  test("is told how it stands on a stream that names it", async () => {
    const taskId = idOf(await call("n__build", { note: "told", ask: true }));
    const listen = (_meta: object) =>
      client.ask("subscriptions/listen", { _meta, notifications: { taskIds: [taskId] } });
    expect(await listen(PLAIN)).toMatchObject({ error: { code: -32021 } });
    void listen(WITH_TASKS);
    const { id } = await nextPending(place);
    await place.run("approvals", "approve", id);
    await expect
      .poll(() => client.told.filter(({ method }) => method === "notifications/tasks").at(-1)?.params, {
        timeout: 20_000,
      })
      .toMatchObject({ taskId, status: "completed", result: { content: [{ text: "built told" }] } });
  });

  test("takes the question back with its task", async () => {
    const taskId = idOf(await call("n__build", { note: "taken back", ask: true }));
    const { id } = await nextPending(place);
    expect(await about("tasks/cancel", taskId)).toMatchObject({ result: { resultType: "complete" } });
    expect((await about("tasks/get", taskId)).result).toMatchObject({ status: "cancelled" });
    expect((await place.run("approvals", "approve", id)).status).not.toBe(0);
    expect(ledger()).not.toContain("build taken back");
  });

  test("is told of a denial in the call's own result", async () => {
    const taskId = idOf(await call("n__build", { note: "denied", ask: true }));
    const { id } = await nextPending(place);
    await place.run("approvals", "deny", id, "--reason", "not on a Friday");
    expect(await turnsTo("completed", taskId)).toMatchObject({ result: { isError: true } });
    expect(ledger()).not.toContain("build denied");
  });

  test("gets one for a server's task, under an id of our own", async () => {
    const taskId = idOf(await call("n__build", { note: "theirs" }));
    expect(taskId).not.toContain("theirs");
    expect(await turnsTo("completed", taskId)).toMatchObject({
      result: { content: [{ text: "built theirs" }] },
    });
    const failed = idOf(await call("n__fails", {}));
    expect(await turnsTo("failed", failed)).toMatchObject({
      error: { code: -32050, message: "no more paper" },
    });
  });

  test("reads a server's questions with its task, sees which server asks, and answers them", async () => {
    const taskId = idOf(await call("n__colours", {}));
    const { inputRequests } = (await turnsTo("input_required", taskId)) as { inputRequests: object };
    const [[key, asked] = []] = Object.entries(inputRequests);
    expect(asked).toMatchObject({ method: "elicitation/create", params: { message: "[n] Which colour?" } });
    await about("tasks/update", taskId, { inputResponses: { [key!]: QUESTION, unknown: {} } });
    expect(await turnsTo("completed", taskId)).toMatchObject({
      result: { content: [{ text: JSON.stringify({ q: QUESTION }) }] },
    });
  });

  test("reads a legacy server's questions with its task too", async () => {
    const taskId = idOf(await call("old__elicit", { ask: true }));
    const { id } = await nextPending(place);
    await place.run("approvals", "approve", id);
    const { inputRequests } = (await turnsTo("input_required", taskId)) as { inputRequests: object };
    const [[key, asked] = []] = Object.entries(inputRequests);
    expect(asked).toMatchObject({ params: { message: "[old] Which colour?" } });
    await about("tasks/update", taskId, { inputResponses: { [key!]: QUESTION } });
    expect(await turnsTo("completed", taskId)).toMatchObject({ result: { content: [{ text: '"blue"' }] } });
  });

  test("cancels a server's task with its own", async () => {
    const taskId = idOf(await call("n__never", {}));
    await about("tasks/cancel", taskId);
    await expect.poll(() => ledger().at(-1), { timeout: 20_000 }).toMatch(/^theirs-\d+ cancelled$/);
  });

  test("is answered at once, and knows no tasks, where it does not say that it can", async () => {
    const { result } = await call("n__build", { note: "x" }, PLAIN);
    expect(result).toMatchObject({ resultType: "complete", content: [{ text: "build at once" }] });
    const taskId = idOf(await call("n__build", { note: "y" }));
    expect(await client.ask("tasks/get", { _meta: PLAIN, taskId })).toMatchObject({
      error: { code: -32021 },
    });
    expect(await about("tasks/get", "theirs-0")).toMatchObject({ error: { code: -32602 } });
    expect(await about("tasks/list", taskId)).toMatchObject({ error: { code: -32601 } });
  });
});
