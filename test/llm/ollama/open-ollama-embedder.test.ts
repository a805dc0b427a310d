import { describe, expect, test } from "vitest";
import { systemClock } from "#base";
import { openEmbedder } from "#llm";
import { dot, ollama, options, text } from "../support.ts";

const open = (url: string, more: object = {}) => openEmbedder({ provider: "ollama", url, ...more }, options);

describe("an embedder of Ollama", () => {
  test("asks for version, models and facts, then for one real vector; its dimensions make the space", async () => {
    const server = await ollama();
    const { embedder } = await open(server.url);
    expect(server.requests.map(({ path }) => path)).toEqual([
      "/api/version",
      "/api/tags",
      "/api/show",
      "/api/embed",
    ]);
    expect(embedder!.space.dimensions).toBe(768);
    expect(embedder!.space.id).toMatch(/^ollama\/nomic-embed-text@[0-9a-f]{12}\/768\/p1$/);
  });

  test("gives unit vectors in the order of the texts, in batches, with the model's prefixes", async () => {
    const server = await ollama();
    const { embedder } = await open(server.url);
    const words = Array.from({ length: 40 }, (_, at) => `word${at}`);
    const vectors = await embedder!.embedDocuments(words.map((word) => text(word)));
    const sizes = server.requests.slice(4).map(({ body }) => body.input.length);
    expect(sizes).toEqual([16, 16, 8]);
    for (const [at, word] of words.entries()) {
      expect(dot(vectors[at]!, vectors[at]!)).toBeCloseTo(1, 5);
      const query = await embedder!.embedQuery(text(word));
      const scores = vectors.map((vector) => dot(vector, query));
      expect(scores.indexOf(Math.max(...scores))).toBe(at);
    }
    expect(server.requests.at(-1)!.body.input).toEqual(["search_query: word39"]);
    expect(server.requests[4]!.body.input[0]).toBe("search_document: word0");
    expect(await embedder!.embedDocuments([])).toEqual([]);
  });

  test.for([
    ["embeddinggemma", "title: A | text: b", "task: search result | query: A\n\nb"],
    ["mxbai-embed-large", "A\n\nb", "Represent this sentence for searching relevant passages: A\n\nb"],
    ["all-minilm", "A\n\nb", "A\n\nb"],
  ])("dresses texts as %s wants them", async ([model, document, query]) => {
    const server = await ollama({
      models: { [`${model}:latest`]: { capabilities: ["embedding"], dimensions: 4 } },
    });
    const { embedder } = await open(server.url, { model });
    await embedder!.embedDocuments([text("A", "b")]);
    await embedder!.embedQuery(text("A", "b"));
    expect(server.requests.slice(-2).map(({ body }) => body.input)).toEqual([[document], [query]]);
  });

  test("halves the one text that is too long and keeps its batch whole", async () => {
    const server = await ollama({
      models: { "nomic-embed-text": { capabilities: ["embedding"], dimensions: 16, maxChars: 1_000 } },
    });
    const { embedder } = await open(server.url);
    const long = text("log", "x9 ".repeat(1_500));
    const vectors = await embedder!.embedDocuments([text("alpha"), long, text("beta")]);
    const [alpha, beta] = [
      await embedder!.embedDocuments([text("alpha")]),
      await embedder!.embedDocuments([text("beta")]),
    ];
    expect(vectors).toHaveLength(3);
    expect(vectors[0]).toEqual(alpha[0]);
    expect(vectors[2]).toEqual(beta[0]);
  });

  test("cuts a text of a megabyte before it is sent, at a whole character", async () => {
    const server = await ollama();
    const { embedder } = await open(server.url);
    await embedder!.embedDocuments([text("t", "🙂".repeat(500_000))]);
    const sent: string = server.requests.at(-1)!.body.input[0];
    expect(sent.length).toBeLessThan(6_100);
    expect(Buffer.from(sent).toString()).toBe(sent);
  });

  test("waits for a model that loads slowly, and asks a busy server again", async () => {
    const server = await ollama({ loadMs: 1_200 });
    const { embedder } = await open(server.url);
    server.habits.refuse = { status: 503, body: '{"error":"server busy"}', times: 2 };
    expect(await embedder!.embedDocuments([text("a")])).toHaveLength(1);
    server.habits.refuse = { status: 503, body: '{"error":"server busy"}' };
    await expect(embedder!.embedDocuments([text("a")])).rejects.toMatchObject({ code: "model_failed" });
  });

  test("does not serve vectors of another model under the same name", async () => {
    const server = await ollama();
    const { embedder } = await open(server.url);
    server.habits.models["nomic-embed-text:latest"] = { capabilities: ["embedding"], dimensions: 512 };
    await expect(embedder!.embedQuery(text("a"))).rejects.toThrow(/512 dimensions .* instead of 768/);
  });

  test("sees a model that was pulled anew with as many dimensions", async () => {
    const server = await ollama();
    let ms = 0;
    const clock = { ...systemClock, ticksMs: () => ms };
    const { embedder } = await openEmbedder({ provider: "ollama", url: server.url }, { ...options, clock });
    await embedder!.embedQuery(text("a"));
    server.habits.models["nomic-embed-text:latest"] = {
      capabilities: ["embedding"],
      dimensions: 768,
      digest: "f".repeat(64),
    };
    ms = 60_000;
    await expect(embedder!.embedQuery(text("a"))).rejects.toThrow(/another model/);
  });

  test.for([
    ["too few vectors", () => []],
    ["a vector of words", () => [["a", "b"]]],
    ["a vector of zeros", (texts: readonly string[]) => texts.map(() => [0, 0])],
    ["no list", () => ({})],
  ] as const)("refuses %s", async ([, embeddings]) => {
    const server = await ollama();
    const { embedder } = await open(server.url);
    server.habits.embeddings = embeddings;
    await expect(embedder!.embedQuery(text("a"))).rejects.toMatchObject({ code: "model_failed" });
  });

  test("ends with the caller's signal", async () => {
    const server = await ollama();
    const { embedder } = await open(server.url);
    await expect(embedder!.embedQuery(text("a"), AbortSignal.abort())).rejects.toMatchObject({
      code: "request_cancelled",
    });
  });
});
