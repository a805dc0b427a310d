import { member, withMember } from "#protocol";

/** A member of `_meta` and its new raw JSON text; undefined takes it out. */
export type MetaEdit = readonly [key: string, raw: string | undefined];

/** Params with members of their `_meta` set or taken out, and every other byte as it was. */
export function withMeta(params: string | undefined, edits: readonly MetaEdit[]): string | undefined {
  const before = metaOf(params);
  if (before === undefined && edits.every(([, raw]) => raw === undefined)) return params;
  const meta = edits.reduce((text, [key, raw]) => withMember(text, key, raw), before ?? "{}");
  return meta === before ? params : withMember(params ?? "{}", "_meta", meta);
}

/** The raw text of `_meta`, where there is one and it is an object. */
export function metaOf(params: string | undefined): string | undefined {
  // Most params have none; a key can also be spelled with escapes, so those are looked at too.
  if (params === undefined || !(params.includes("_meta") || params.includes("\\u"))) return undefined;
  const meta = member(params, "_meta");
  return meta?.startsWith("{") ? meta : undefined;
}
