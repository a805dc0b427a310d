import path from "node:path";
import { PreloopError, secretToken } from "#base";
import { openHome } from "./files/home.ts";
import { createPrivate, readPrivate } from "./files/private-file.ts";
import type { Settings } from "./types.ts";

/** Keys below this are accepted in development only. */
export const MIN_SECRET_BYTES = 32;

/**
 * The key that signs tokens and links and encrypts stored secrets: SECRET_KEY, or one generated into the home. Any
 * number of processes that start at once end up with the same key.
 * @throws config_invalid, home_unusable
 */
export async function loadSecretKey(settings: Settings): Promise<Buffer> {
  const given = settings.secretKey;
  if (given !== undefined) return Buffer.from(given, "utf8");
  if (settings.environment === "production")
    throw new PreloopError(
      "config_invalid",
      `SECRET_KEY must be set when ENVIRONMENT is production: at least ${MIN_SECRET_BYTES} bytes, the same for every preloop process on this store`,
    );
  openHome(settings.home);
  const file = path.join(settings.home, "secret.key");
  const key = (readPrivate(file) ?? makeKey(file)).trim();
  if (Buffer.byteLength(key) < MIN_SECRET_BYTES)
    throw new PreloopError(
      "home_unusable",
      `${file} holds no key; remove it and a new one is made (tokens and links signed before stop working)`,
    );
  return Buffer.from(key, "utf8");
}

// Another process may have been first; its key is the one, then.
function makeKey(file: string): string {
  createPrivate(file, `${secretToken()}\n`);
  return readPrivate(file) ?? "";
}
