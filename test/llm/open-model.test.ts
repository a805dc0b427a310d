import { describe, expect, test } from "vitest";
import { silentLog } from "#base";
import { openModel } from "#llm";
import { good, ollama, options, question } from "./support.ts";

describe("opening a model", () => {
  const nobody = { ...options, ollamaHost: "127.0.0.1:1" };
  const sample = async () => ({ content: { type: "text", text: good } });

  test("auto takes Ollama, then the client's own, then none", async () => {
    const { url } = await ollama();
    expect((await openModel({ provider: "auto" }, { ...options, ollamaHost: url, sample }))!.id).toMatch(
      /^ollama/,
    );
    expect((await openModel({ provider: "auto" }, { ...nobody, sample }))!.id).toBe("client/sampling");
    expect(await openModel({ provider: "auto" }, nobody)).toBeUndefined();
  });

  test("none is none, and sampling is the client's own alone", async () => {
    const { url } = await ollama();
    const all = { ...options, ollamaHost: url, sample };
    expect(await openModel({ provider: "none" }, all)).toBeUndefined();
    expect((await openModel({ provider: "sampling" }, all))!.id).toBe("client/sampling");
    expect(await openModel({ provider: "sampling" }, { ...options, ollamaHost: url })).toBeUndefined();
  });

  test("a named model that is not there is told in the log, and not pulled", async () => {
    const { url, requests } = await ollama();
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (message: string) => void warnings.push(message) };
    expect(await openModel({ provider: "ollama", url, model: "phi9" }, { ...options, log })).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/has no model phi9.*rules alone are used/)]);
    expect(requests.some(({ path }) => path.includes("pull"))).toBe(false);
  });

  test("Ollama behind a password is asked with it, and its password is in no error", async () => {
    const server = await ollama();
    const url = server.url.replace("//", "//ana:s3cr3t-w0rd@");
    const model = await openModel({ provider: "ollama", url }, options);
    const basic = `Basic ${Buffer.from("ana:s3cr3t-w0rd").toString("base64")}`;
    expect(server.requests[0]!.headers.authorization).toBe(basic);
    server.habits.refuse = { status: 403, body: `{"error":"no ${basic} here, ana:s3cr3t-w0rd"}` };
    const error = await model!.answer(question).catch((failure: Error) => failure.message);
    expect(error).toMatch(/answered 403/);
    expect(error).not.toMatch(/s3cr3t|YW5h/);
  });
});
