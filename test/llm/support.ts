import { onTestFinished } from "vitest";
import { type JsonObject, silentLog } from "#base";
import { openModel } from "#llm";
import type { LanguageModel } from "#model";
import { type OllamaDouble, type OllamaHabits, startOllama } from "./servers/ollama.ts";
import { type CompatibleHabits, startCompatible } from "./servers/openai.ts";

/** Options of opening that wait for nothing and print nothing. */
export const options = { log: silentLog, pauseMs: 1 };

type CompatibleDouble = Awaited<ReturnType<typeof startCompatible>>;

/** A server that answers like Ollama until the test has ended. */
export async function ollama(habits: Partial<OllamaHabits> = {}): Promise<OllamaDouble> {
  const double = await startOllama(habits);
  onTestFinished(double.close);
  return double;
}

/** A server with OpenAI's API until the test has ended. */
export async function compatible(habits: Partial<CompatibleHabits> = {}): Promise<CompatibleDouble> {
  const double = await startCompatible(habits);
  onTestFinished(double.close);
  return double;
}

/** The model of a server that answers like Ollama. */
export async function ollamaModel(
  habits: Partial<OllamaHabits> = {},
): Promise<OllamaDouble & { readonly model: LanguageModel }> {
  const double = await ollama(habits);
  const model = await openModel({ provider: "ollama", url: double.url }, options);
  return { ...double, model: model! };
}

/** The shape that every question here asks for. */
export const schema = {
  type: "object",
  properties: { verdict: { type: "string", enum: ["pass", "fail"] }, reason: { type: "string" } },
  required: ["verdict", "reason"],
  additionalProperties: false,
} satisfies JsonObject;
export const question = { task: "Judge the text.", data: { title: "A title", body: "A body" }, schema };
/** An answer as a server writes it, and what it says. */
export const good = '{"verdict":"fail","reason":"naïve 🙂"}';
export const goodValue = { verdict: "fail", reason: "naïve 🙂" };

/** A text to embed. */
export const text = (title: string, body = "") => ({ title, body });
export const dot = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0);
