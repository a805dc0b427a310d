import { memberSources, replaceMember } from "./edit-json.ts";
import { joinTables, replaceTables, tableSources } from "./edit-toml.ts";
import { put, reduceConfig } from "./extend-config.ts";
import type { FileRecord } from "./journal.ts";
import { isRecord, valueAt } from "./json-value.ts";
import { decode, encode, parseJson, parseToml } from "./read-file.ts";

/** Result of taking `init`'s own keys out of a file that changed since. */
export type InvertedEdit =
  | { readonly kind: "reversed"; readonly after: Buffer; readonly note: string }
  | { readonly kind: "refused"; readonly reason: string };

type ClientEdit = FileRecord["edit"] & { readonly kind: "client" };
type MapChange = ClientEdit["places"][number];

/** Takes only `init`'s own keys out of a file that changed since, and puts back what it took. */
export async function invertFileEdit({ edit }: FileRecord, now: Buffer): Promise<InvertedEdit> {
  const { bom, text } = decode(now);
  if (edit.kind === "config")
    return {
      kind: "reversed",
      after: encode({ bom, text: reduceConfig(text, edit.additions) }),
      note: "it changed since init; what init added and nobody changed was taken out, all else stays",
    };
  const read = (source: string) => (edit.format === "toml" ? parseToml(source) : parseJson(source));
  let value = await read(text);
  let after = text;
  const kept: string[] = [];
  for (const place of edit.places) {
    const step = reverseMap(after, value, place, edit.format);
    if (step.kind === "refused") return step;
    after = step.text;
    kept.push(...step.kept);
    value = await read(after);
  }
  for (const at of edit.listed) after = unlist(after, value, at, edit);
  const restored = await read(after);
  for (const place of edit.places) {
    const missing = place.removed.find(({ name }) => valueAt(restored, [...place.at, name]) === undefined);
    if (missing) return { kind: "refused", reason: `"${missing.name}" could not be put back` };
  }
  const note = kept.length > 0 ? `; ${kept.join(", ")} stood there again and was left so` : "";
  return {
    kind: "reversed",
    after: encode({ bom, text: after }),
    note: `it changed since init; only preloop was taken out and the servers put back${note}`,
  };
}

type Step =
  | { readonly kind: "reversed"; readonly text: string; readonly kept: readonly string[] }
  | { readonly kind: "refused"; readonly reason: string };

function reverseMap(text: string, value: unknown, place: MapChange, format: "json" | "toml"): Step {
  const map = valueAt(value, place.at);
  if (!isRecord(map)) return { kind: "refused", reason: `there is no ${place.at.at(-1)} in it any more` };
  const back = place.removed.filter(({ name }) => !Object.hasOwn(map, name) || name === place.inserted?.name);
  const kept = place.removed.filter((server) => !back.includes(server)).map(({ name }) => name);
  const sources = back.map(({ source }) => source);
  const toml = format === "toml";
  const own = place.inserted?.name ?? "preloop";
  // Where preloop stood before init, or where somebody took it out, the servers go beside what is there.
  const stays = place.inserted === undefined || !Object.hasOwn(map, own);
  const neighbour = stays ? Object.keys(map).at(-1) : own;
  if (sources.length === 0 && stays) return { kind: "reversed", text, kept };
  if (neighbour === undefined) {
    const whole = toml
      ? joinTables(text, [text, ...sources])
      : put(text, [...place.at], parseJson(`{${sources.join(",")}}`));
    return { kind: "reversed", text: whole, kept };
  }
  const beside = stays ? sourceOf(text, place.at, neighbour, toml) : undefined;
  const parts = beside === undefined ? sources : [beside, ...sources];
  const after = toml
    ? replaceTables(text, place.at, neighbour, parts)
    : replaceMember(text, place.at, neighbour, parts);
  return after === undefined
    ? { kind: "refused", reason: `"${neighbour}" is written in another way now` }
    : { kind: "reversed", text: after, kept };
}

function sourceOf(text: string, at: readonly string[], name: string, toml: boolean): string | undefined {
  return (toml ? tableSources(text, at) : memberSources(text, at)).get(name);
}

function unlist(text: string, value: unknown, at: readonly string[], { places }: ClientEdit): string {
  const list = valueAt(value, at);
  const own = places.find(({ inserted }) => inserted)?.inserted?.name;
  const index = Array.isArray(list) ? list.indexOf(own) : -1;
  return index < 0 ? text : put(text, [...at, index], undefined);
}
