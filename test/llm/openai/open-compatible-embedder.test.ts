import { describe, expect, test } from "vitest";
import { openEmbedder } from "#llm";
import { compatible, dot, options, text } from "../support.ts";

describe("an embedder of a compatible server", () => {
  const token = "tok-1234567890-abcdefgh";

  test("sends the token, takes the only model there is, and puts vectors back into order", async () => {
    const server = await compatible({ token });
    const { embedder } = await openEmbedder({ provider: "openai", url: server.url, token }, options);
    expect(embedder!.space.id).toBe(`openai/only-one@${new URL(server.url).host}/32/p1`);
    const both = await embedder!.embedDocuments([text("alpha"), text("beta")]);
    const [beta] = await embedder!.embedDocuments([text("beta")]);
    expect(both[1]).toEqual(beta);
    expect(dot(beta!, beta!)).toBeCloseTo(1, 5);
  });

  test("halves what llama.cpp finds too large", async () => {
    const server = await compatible({ maxChars: 500 });
    const { embedder } = await openEmbedder({ provider: "openai", url: `${server.url}/v1` }, options);
    expect(await embedder!.embedDocuments([text("t", "long ".repeat(600))])).toHaveLength(1);
  });

  test("never tells the token when the server quotes it", async () => {
    const server = await compatible({ token: "another" });
    const { note } = await openEmbedder({ provider: "openai", url: server.url, token }, options);
    expect(note).toMatch(/answered 401: Incorrect API key/);
    expect(note).not.toContain(token);
  });

  test("asks for a name where there are several models", async () => {
    const server = await compatible({ models: ["a", "b"] });
    expect((await openEmbedder({ provider: "openai", url: server.url }, options)).note).toMatch(/name one/);
  });
});
