import pg from "pg";
import type { Reach } from "./reach.ts";
import { readDatabaseUrl } from "./url.ts";

const CONNECT_TIMEOUT_MS = 10_000;

/** Reaches the PostgreSQL server that a URL names. */
export function reachPostgres(url: string, applicationName: string): Reach {
  const { connectionString, shown } = readDatabaseUrl(url);
  return {
    kind: "postgres",
    shown,
    config: {
      connectionString,
      fallback_application_name: applicationName,
      keepAlive: true,
      keepAliveInitialDelayMillis: 30_000,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    },
    Client: pg.Client,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    close() {},
  };
}
