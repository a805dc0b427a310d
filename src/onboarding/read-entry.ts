import type { EntryReader, ServerDraft } from "./types.ts";

export type Raw = Readonly<Record<string, unknown>>;

/** Keys that say how to reach a server and that preloop has no words for: an entry with one of them is not moved. */
const BLOCKING = [
  "envFile",
  "oauth",
  "auth",
  "authProviderType",
  "headersHelper",
  "sandbox",
  "sandboxEnabled",
  "experimental_environment",
  "scopes",
  "targetAudience",
  "targetServiceAccount",
];

/** The keys that most clients share. */
export function readCommon(raw: Raw, reader: EntryReader): ServerDraft {
  for (const key of BLOCKING)
    if (raw[key] !== undefined && raw[key] !== false && raw[key] !== null)
      reader.block(`it uses "${key}", which preloop has no word for`);
  const command = reader.text(raw.command);
  const url = reader.text(raw.url);
  const remote = command === undefined && url !== undefined;
  return compact({
    type: remote ? readType(raw.type, reader) : undefined,
    command,
    args: remote ? undefined : reader.texts(raw.args),
    env: remote ? undefined : reader.record(raw.env),
    cwd: remote ? undefined : reader.text(raw.cwd),
    url: remote ? url : undefined,
    headers: remote ? reader.record(raw.headers) : undefined,
    disabled: raw.disabled === true || raw.enabled === false || undefined,
  });
}

function readType(type: unknown, reader: EntryReader): "http" | "sse" | undefined {
  if (type === "sse") return "sse";
  if (type === undefined || type === "remote") return undefined;
  if (typeof type === "string" && /^(streamable-?)?http$/i.test(type)) return "http";
  reader.block(`its type is ${JSON.stringify(type)}, which preloop cannot reach`);
  return undefined;
}

/** A list of tools that the client limits a server to is a limit, so it is kept. */
export function readTools(allow: unknown, deny: unknown, reader: EntryReader): ServerDraft["tools"] {
  const allowed = reader.texts(allow);
  const denied = reader.texts(deny);
  const some = allowed !== undefined && !allowed.includes("*") ? { allow: allowed } : {};
  const none = denied !== undefined && denied.length > 0 ? { deny: denied } : {};
  const tools = { ...some, ...none };
  return Object.keys(tools).length > 0 ? tools : undefined;
}

/** A number of the client's units as milliseconds. */
export function readMs(value: unknown, unitMs: number): number | undefined {
  return typeof value === "number" && value > 0 ? Math.max(1, Math.round(value * unitMs)) : undefined;
}

/** The same without what is undefined. */
export function compact(
  draft: { readonly [Key in keyof ServerDraft]?: ServerDraft[Key] | undefined },
): ServerDraft {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined)) as ServerDraft;
}
