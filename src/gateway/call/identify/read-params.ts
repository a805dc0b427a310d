import { isJsonObject, type Json, type JsonObject, PreloopError } from "#base";

/** A map of texts, as prompts and completions have it. @throws params_invalid */
export function textMapIn(value: Json, what: string): JsonObject {
  if (isJsonObject(value) && Object.values(value).every((one) => typeof one === "string")) return value;
  throw invalid(`${what} must be an object of texts`);
}

/** A member that is text. @throws params_invalid */
export function textIn(params: JsonObject, key: string, method: string): string {
  const value = params[key];
  if (typeof value === "string") return value;
  throw invalid(`${method} needs a ${key} that is text`);
}

const LONGEST_URI = 65_536;

/**
 * A URI: it holds no control or invisible characters (RFC 3986), and servers part on what they make of them.
 * @throws params_invalid
 */
export function uriText(value: Json | undefined, needs: string): string {
  if (typeof value !== "string") throw invalid(`${needs} that is text`);
  if (value.length > LONGEST_URI || /[\p{C}\p{Zl}\p{Zp}]/u.test(value))
    throw invalid("the uri is none: it is too long, or holds characters that nobody can see");
  return value;
}

/** The fault of params that are none of the method's. */
export function invalid(why: string): PreloopError {
  return new PreloopError("params_invalid", `Invalid params: ${why}`);
}
