import { appendItem, editMap, type MapEdit, memberSources } from "./edit-json.ts";
import { editTables, tableSources } from "./edit-toml.ts";
import { fingerprint, isRecord, valueAt } from "./json-value.ts";
import { decode, encode, parseJson, parseToml } from "./read-file.ts";
import type { FoundFile, ServerMap } from "./types.ts";

/** What was done to one map of servers, so that it can be taken back alone. */
export interface MapChange {
  readonly at: readonly string[];
  /** preloop's own key there; undefined where preloop stood already. */
  readonly inserted?: { readonly name: string; readonly value: unknown };
  readonly removed: readonly { readonly name: string; readonly source: string }[];
}

/** A client's file as it will be. */
export interface FileChange {
  readonly after: Buffer;
  readonly places: readonly MapChange[];
  /** Lists of server names that preloop was added to. */
  readonly listed: readonly (readonly string[])[];
}

interface Removal {
  readonly serverMap: ServerMap;
  readonly remove: readonly string[];
}

/**
 * Takes servers out of a client's file and puts preloop in.
 * @throws when the file is written in a way that cannot be edited without touching anything else
 */
export async function changeFile(
  file: FoundFile,
  removals: readonly Removal[],
  entry: Readonly<Record<string, unknown>>,
): Promise<FileChange> {
  const isToml = file.client.format === "toml";
  const { bom, text: before } = decode(file.bytes);
  let text = before;
  const places: MapChange[] = [];
  for (const { serverMap, remove } of removals) {
    const sources = isToml ? tableSources(text, serverMap.at) : memberSources(text, serverMap.at);
    const edit = editOf(serverMap, remove, entry);
    text = isToml ? editTables(text, edit) : editMap(text, edit);
    places.push({
      at: serverMap.at,
      removed: remove.map((name) => ({ name, source: sources.get(name) ?? "" })),
      ...(edit.insert && { inserted: edit.insert }),
    });
  }
  const names = places.flatMap(({ inserted }) => inserted?.name ?? []);
  const listed = (file.client.lists ?? []).filter((at) => {
    const list = valueAt(file.value, at);
    return Array.isArray(list) && names.some((name) => !list.includes(name));
  });
  for (const at of listed) text = appendItem(text, at, names[0]);
  const is = isToml ? await parseToml(text) : parseJson(text);
  if (fingerprint(is) !== fingerprint(expected(file.value, places, listed)))
    throw new Error(
      `its ${file.client.key} are written in a way that init cannot edit; move them by hand, or write each under a key or table of its own`,
    );
  return { after: encode({ bom, text }), places, listed };
}

function editOf(
  serverMap: ServerMap,
  remove: readonly string[],
  value: Readonly<Record<string, unknown>>,
): MapEdit {
  const at = { at: serverMap.at, remove };
  if (serverMap.servers.some(({ reading }) => reading.kind === "preloop")) return at;
  const kept = serverMap.servers.filter(({ name }) => !remove.includes(name)).map(({ name }) => name);
  const name = ["preloop", "preloop-gate"].find((free) => !kept.includes(free)) ?? "preloop-2";
  return { ...at, insert: { name, value } };
}

// The edit worked on text; whether it did exactly what it should is judged by the values.
function expected(
  value: unknown,
  places: readonly MapChange[],
  listed: readonly (readonly string[])[],
): unknown {
  const copy = structuredClone(value);
  for (const { at, removed, inserted } of places) {
    const map = valueAt(copy, at);
    if (!isRecord(map)) continue;
    for (const { name } of removed) delete map[name];
    if (inserted) map[inserted.name] = inserted.value;
  }
  for (const at of listed)
    (valueAt(copy, at) as unknown[]).push(places.find(({ inserted }) => inserted)?.inserted?.name);
  return copy;
}
