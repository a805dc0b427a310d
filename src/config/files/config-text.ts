import { messageOf, PreloopError } from "#base";
import type { ConfigSnapshot } from "./config-snapshot.ts";
import { isMissing } from "./read-once.ts";

/** The bytes and the text of a config in a snapshot; `by` says who named it. @throws config_missing, config_invalid */
export function readConfig(
  { config }: ConfigSnapshot,
  file: string,
  by = "",
): { readonly bytes: Buffer; readonly text: string } {
  if (isMissing(config))
    throw new PreloopError(
      "config_missing",
      `No config at ${file}${by}; start from preloop.config.example.json`,
    );
  if ("error" in config)
    throw new PreloopError("config_invalid", `${file} cannot be read: ${messageOf(config.error)}`, {
      cause: config.error,
    });
  return { bytes: config.bytes, text: decode(config.bytes, file) };
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PreloopError("config_invalid", `${file} is not UTF-8 text; save it as UTF-8`);
  }
}
