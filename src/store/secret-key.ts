import { createHmac } from "node:crypto";
import { PreloopError } from "#base";
import type { Query } from "./db.ts";

const SETTING = "secret_key_fingerprint";

/**
 * Makes sure that every process on this store has the same SECRET_KEY: the first one leaves a fingerprint.
 * @throws secret_mismatch
 */
export async function checkSecretKey(db: Query, key: string | Uint8Array): Promise<void> {
  // Keyed, and cut to 64 bits: it tells keys apart and gives nothing to guess a weak key with quickly.
  const fingerprint = createHmac("sha256", key).update("preloop secret key").digest("hex").slice(0, 16);
  const [known = await leave(db, fingerprint)] = await read(db);
  if (known.value !== fingerprint)
    throw new PreloopError(
      "secret_mismatch",
      "This store was first used with another SECRET_KEY; set SECRET_KEY to that one (without it, the file secret.key in its PRELOOP_HOME holds it)",
    );
}

async function leave(db: Query, fingerprint: string): Promise<Row> {
  const insert = "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
  await db.rows(insert, [SETTING, fingerprint]);
  // Another process may have been first.
  const [known] = await read(db);
  return known ?? { value: fingerprint };
}

interface Row {
  readonly value: string;
}

function read(db: Query): Promise<Row[]> {
  return db.rows("SELECT value FROM setting WHERE key = $1", [SETTING]);
}
