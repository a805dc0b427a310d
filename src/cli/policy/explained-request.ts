import { isJsonObject, type JsonObject, PreloopError, readJson } from "#base";
import type { ToolCall } from "#model";
import { JUDGED_METHODS, TOOL_CALL } from "#protocol";

/** Request that `policy explain` is asked about, as far as its words tell. */
export type ExplainedTarget = Pick<ToolCall, "server" | "tool" | "name" | "args" | "method" | "uri">;

/** True for a word that is a method and no tool's name: `resources/read`, or one that a server's config names. */
export function isMethodWord(word: string): boolean {
  return word !== TOOL_CALL && (JUDGED_METHODS.includes(word) || /^[^_]+\/[^_]+$/.test(word));
}

/**
 * A request that is no tool call: `resources/read URI`, `prompts/get SERVER__PROMPT`, or another method with its params
 * as JSON. @throws usage
 */
export function requestOf(
  method: string,
  about: string | undefined,
  server: string | undefined,
): ExplainedTarget {
  if (method.startsWith("resources/")) {
    const uri = needed(about, `${method} is about a URI, like: explain ${method} file:///srv/notes.md`);
    return { method, uri, server: server ?? "", tool: uri, name: `${method} ${uri}`, args: { uri } };
  }
  if (method === "prompts/get") {
    const name = needed(about, "prompts/get is about a prompt, like: explain prompts/get docs__summary");
    const at = name.indexOf("__");
    const [owner, prompt] = at < 0 ? [server ?? "", name] : [name.slice(0, at), name.slice(at + 2)];
    return { method, server: owner, tool: prompt, name: `${method} ${prompt}`, args: { name: prompt } };
  }
  return { method, server: server ?? "", tool: method, name: method, args: paramsIn(about ?? "{}") };
}

function needed(about: string | undefined, otherwise: string): string {
  if (about === undefined) throw new PreloopError("usage", otherwise);
  return about;
}

function paramsIn(text: string): JsonObject {
  try {
    const value = readJson(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new PreloopError("usage", 'The params must be a JSON object, like {"cmd":"ls"}');
}
