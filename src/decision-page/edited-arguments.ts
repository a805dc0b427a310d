import {
  canonicalJson,
  isJsonObject,
  type Json,
  JsonError,
  type JsonObject,
  type Masking,
  masksIn,
  PreloopError,
  readJson,
  redactJson,
  writeJson,
} from "#base";

/** Arguments as they stand in the page's editor: secrets masked, invisible characters as JSON escapes. */
export function editableText(source: string, masking: Masking): string {
  const text = writeJson(redactJson(readJson(source), masking), 2);
  // Such characters only ever stand inside strings here, where an escape means the same.
  return text.replace(/(?![ \n])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu, (found) =>
    Array.from(
      { length: found.length },
      (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/**
 * Reads what came back from the editor and puts masked values back where they stood, so that secrets stay out of the
 * page and still reach the tool. Returns JSON source text.
 * @throws arguments_invalid
 */
export function readEdited(edited: string, source: string, masking: Masking): string {
  const value = parse(edited);
  const original = readJson(source);
  return writeJson(unmask(value, original, redactJson(original, masking)));
}

function parse(edited: string): JsonObject {
  try {
    const value = readJson(edited);
    if (isJsonObject(value)) return value;
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    throw new PreloopError("arguments_invalid", `This is not JSON that can be sent: ${cause.message}`, {
      cause,
    });
  }
  throw new PreloopError("arguments_invalid", 'Arguments are a JSON object, like { "path": "notes.txt" }.');
}

function unmask(edited: Json, original: Json, masked: Json): Json {
  if (canonicalJson(edited) === canonicalJson(masked)) return original;
  if (Array.isArray(edited) && Array.isArray(original) && Array.isArray(masked))
    return edited.map((item, at) =>
      at < original.length ? unmask(item, original[at], masked[at]) : withoutMask(item),
    );
  if (!isJsonObject(edited) || !isJsonObject(original) || !isJsonObject(masked)) return withoutMask(edited);
  const [keys, maskedKeys] = [Object.keys(original), Object.keys(masked)];
  return Object.fromEntries(
    Object.entries(edited).map(([key, value]) => {
      const at = maskedKeys.indexOf(key);
      return at < 0
        ? [withoutMask(key), withoutMask(value)]
        : [keys[at]!, unmask(value, original[keys[at]!]!, masked[key]!)];
    }),
  );
}

const MASK = "[redacted …]";

// A mask that was moved or changed stands for nothing we could put back; sent as it is, it would replace the secret.
function withoutMask<Value extends Json>(value: Value): Value {
  if (masksIn(writeJson(value)).length === 0) return value;
  throw new PreloopError(
    "arguments_invalid",
    `A hidden value was moved or changed. Leave ${MASK} where it stands, or write the whole new value.`,
  );
}
