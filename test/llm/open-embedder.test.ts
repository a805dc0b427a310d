import { afterEach, describe, expect, test, vi } from "vitest";
import { openEmbedder } from "#llm";
import type { OllamaHabits } from "./servers/ollama.ts";
import { ollama, options } from "./support.ts";

const open = (url: string, more: object = {}) => openEmbedder({ provider: "ollama", url, ...more }, options);

afterEach(() => {
  vi.restoreAllMocks();
});

describe("opening an embedder", () => {
  test("says nothing where nobody asked for Ollama and none is there", async () => {
    expect(await openEmbedder({ provider: "auto" }, { ...options, ollamaHost: "127.0.0.1:1" })).toEqual({});
    expect(await openEmbedder({ provider: "builtin" }, options)).toEqual({});
  });

  test.for<[string, Partial<OllamaHabits>, object, RegExp]>([
    [
      "is not installed",
      {},
      { model: "bge-m3" },
      /has no model bge-m3; the built-in embedding is used.*ollama pull bge-m3/,
    ],
    ["is not needed", { models: {} }, {}, /has no model that embeds/],
    [
      "sits behind a proxy",
      { refuse: { status: 502, type: "text/plain", body: "Bad\u001b[31m gateway" } },
      {},
      /answered 502: Bad/,
    ],
    ["answers HTML", { refuse: { status: 200, type: "text/html", body: "<html>" } }, {}, /no JSON/],
    [
      "chats and does not embed",
      { models: { "qwen3:latest": { capabilities: ["completion"] } } },
      { model: "qwen3" },
      /does not support embeddings/,
    ],
  ])("notes a model that %s, and pulls none", async ([, habits, more, note]) => {
    const server = await ollama(habits);
    const opened = await open(server.url, more);
    expect(opened.embedder).toBeUndefined();
    expect(opened.note).toMatch(note);
    expect(server.requests.filter(({ path }) => path.includes("pull"))).toEqual([]);
  });

  test("prints nothing, whatever the server answers", async () => {
    const spies = (["log", "warn", "error", "info"] as const).map((name) =>
      vi.spyOn(console, name).mockReturnValue(),
    );
    for (const type of ["text/plain", "application/json"])
      await open((await ollama({ refuse: { status: 500, type, body: "{ broken" } })).url);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });
});
