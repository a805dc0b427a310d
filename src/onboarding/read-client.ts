import { isRecord } from "./json-value.ts";
import { compact, type Raw, readCommon, readMs, readTools } from "./read-entry.ts";
import type { EntryReader, ServerDraft } from "./types.ts";

const SECOND = 1_000;

/** One entry of Codex. */
export function readCodex(raw: Raw, reader: EntryReader): ServerDraft {
  const bearer = reader.text(raw.bearer_token_env_var);
  const named = (names: readonly string[]) => names.map((name) => [name, reader.variable(name)]);
  const passed = (Array.isArray(raw.env_vars) ? raw.env_vars : []).map((item) =>
    String(isRecord(item) ? item.name : item),
  );
  const headers = {
    ...reader.record(raw.http_headers),
    ...Object.fromEntries(
      Object.entries(reader.record(raw.env_http_headers) ?? {}).map(([name, from]) => [
        name,
        reader.variable(from),
      ]),
    ),
    ...(bearer !== undefined && { Authorization: `Bearer ${reader.variable(bearer)}` }),
  };
  const common = readCommon(raw, reader);
  const env = { ...Object.fromEntries(named(passed)), ...common.env };
  return compact({
    ...common,
    ...(common.command !== undefined && Object.keys(env).length > 0 && { env }),
    ...(common.url !== undefined && Object.keys(headers).length > 0 && { headers }),
    timeoutMs: readMs(raw.tool_timeout_sec, SECOND),
    tools: readTools(raw.enabled_tools, raw.disabled_tools, reader),
  });
}

/** One entry of Gemini CLI. */
export function readGemini(raw: Raw, reader: EntryReader): ServerDraft {
  const http = raw.httpUrl !== undefined;
  const type = raw.type ?? (http ? "http" : raw.url !== undefined ? "sse" : undefined);
  const common = readCommon({ ...raw, url: raw.httpUrl ?? raw.url, type }, reader);
  const { mcp } = isRecord(reader.file) ? reader.file : {};
  const settings = isRecord(mcp) ? mcp : {};
  const out = Array.isArray(settings.excluded) && settings.excluded.includes(reader.name);
  const notIn = Array.isArray(settings.allowed) && !settings.allowed.includes(reader.name);
  return compact({
    ...common,
    disabled: common.disabled || out || notIn || undefined,
    timeoutMs: readMs(raw.timeout, 1),
    tools: readTools(raw.includeTools, raw.excludeTools, reader),
  });
}

/** One entry of opencode. */
export function readOpencode(raw: Raw, reader: EntryReader): ServerDraft {
  const [command, ...args] = Array.isArray(raw.command) ? (raw.command as unknown[]) : [raw.command];
  const common = readCommon({ ...raw, command, args, env: raw.environment }, reader);
  const timeout = isRecord(raw.timeout) ? raw.timeout.execution : raw.timeout;
  return compact({ ...common, timeoutMs: readMs(timeout, 1) });
}

/** One entry of Zed. */
export function readZed(raw: Raw, reader: EntryReader): ServerDraft {
  if (raw.source === "extension" || raw.settings !== undefined)
    reader.block("it belongs to an extension of Zed; turn it off there");
  if (raw.remote === true) reader.block("it runs on the remote side of Zed");
  // Zed's older shape kept the whole command line under "command".
  const old = isRecord(raw.command) ? raw.command : undefined;
  const flat = old ? { ...raw, command: old.path, args: old.args, env: old.env } : raw;
  return compact({ ...readCommon(flat, reader), timeoutMs: readMs(raw.timeout, SECOND) });
}
