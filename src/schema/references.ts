import { isJsonObject, type Json, type JsonObject } from "#base";

/** Finds what references inside one document lead to. Nothing is ever fetched. */
export interface References {
  /** The document or part of it whose own `$id` stands for it, around a schema that begins one. */
  resourceAt(schema: JsonObject, outer: JsonObject): JsonObject;
  /** Undefined for a reference that leads out of the document, or nowhere. */
  find(target: string, resource: JsonObject): Json | undefined;
}

export function createReferences(document: JsonObject): References {
  // Since draft-06 `id` is a word like any other.
  const idKey = /draft-0[34]/.test(String(document.$schema)) ? "id" : "$id";
  const idOf = ({ [idKey]: id }: JsonObject) => (typeof id === "string" ? id : undefined);
  const byId = new Map<string, JsonObject>();
  const byAnchor = new Map<string, JsonObject>();
  const open: Json[] = [document];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (Array.isArray(value)) for (const item of value) open.push(item as Json);
    if (!isJsonObject(value)) continue;
    const id = idOf(value);
    if (id?.startsWith("#")) byAnchor.set(id.slice(1), value);
    else if (id !== undefined) byId.set(absolute(id, idOf(document)), value);
    for (const anchor of [value.$anchor, value.$dynamicAnchor])
      if (typeof anchor === "string") byAnchor.set(anchor, value);
    for (const key of Object.keys(value)) open.push(value[key]!);
  }
  return {
    resourceAt(schema, outer) {
      const id = idOf(schema);
      return id === undefined || id.startsWith("#") ? outer : schema;
    },
    find(target, resource) {
      const hash = target.indexOf("#");
      const [uri, fragment] =
        hash < 0 ? [target, ""] : [target.slice(0, hash), unescaped(target.slice(hash + 1))];
      const root =
        uri === "" ? resource : (byId.get(uri) ?? byId.get(absolute(uri, idOf(resource) ?? idOf(document))));
      if (!root) return undefined;
      if (fragment === "") return root;
      return fragment.startsWith("/") ? pointed(root, fragment) : byAnchor.get(fragment);
    },
  };
}

function absolute(uri: string, base: string | undefined): string {
  try {
    return new URL(uri, base).href.replace(/#$/, "");
  } catch {
    return uri.replace(/#$/, "");
  }
}

function unescaped(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

// RFC 6901: `~1` is a slash and `~0` a tilde.
function pointed(root: JsonObject, pointer: string): Json | undefined {
  let value: Json | undefined = root;
  for (const part of pointer.slice(1).split("/")) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value))
      value = /^\d+$/.test(key) ? (value[Number(key)] as Json | undefined) : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}
