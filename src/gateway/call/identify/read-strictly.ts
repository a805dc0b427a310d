import { isPlainJson, JsonError, type JsonObject, PreloopError, readJson } from "#base";

/** A request's frame: its source text, and its params as `JSON.parse` reads them. */
export interface RequestText {
  readonly text: string;
  readonly params: JsonObject;
}

/**
 * The params with exact numbers. Strict over the whole frame: a second `name` or `arguments` would be a different
 * request to a different reader. @throws params_invalid
 */
export function readStrictly({ text, params }: RequestText): JsonObject {
  try {
    if (isPlainJson(text)) return params;
    return (readJson(text) as { readonly params?: JsonObject }).params ?? params;
  } catch (error) {
    if (error instanceof JsonError)
      throw new PreloopError("params_invalid", `Invalid params: ${error.message}`);
    throw error;
  }
}
