import type { Connection } from "./connection.ts";
import type { Engine } from "./engine.ts";
import { sharedName } from "./names.ts";
import * as wire from "./wire.ts";

/** The one session of the engine, handed from connection to connection. */
export interface EngineSession {
  /** Sets it up the way `connection` left it. */
  lend(connection: Connection): Promise<void>;
  /** Takes it back: no transaction, no settings, nothing of `connection` left but its named statements. */
  takeBack(connection: Connection): Promise<void>;
  /** Removes what a connection that is gone has left behind. */
  forget(connection: Connection): Promise<void>;
  /** Makes the session listen to what any connection listens to. */
  listenTo(channels: Iterable<string>): Promise<void>;
}

const READ_SETTINGS = wire.simpleQuery(
  "SELECT name, setting FROM pg_settings WHERE source = 'session' AND name !~ '^transaction_'",
);
const RESET = wire.simpleQuery("RESET ALL");
const ROLL_BACK = Buffer.concat([wire.SYNC, wire.simpleQuery("ROLLBACK")]);

export function createEngineSession(engine: Engine): EngineSession {
  return {
    async lend({ settings }) {
      if (settings.size === 0) return;
      const calls = [...settings].map(
        ([name, value]) => `set_config(${literal(name)}, ${literal(value)}, false)`,
      );
      await engine.run(wire.simpleQuery(`SELECT ${calls.join(", ")}`));
    },
    async takeBack(connection) {
      if (connection.status !== "I" || connection.isMidBatch) {
        await engine.run(ROLL_BACK);
        connection.status = "I";
        connection.isMidBatch = false;
      }
      if (!connection.hasTouchedSettings && connection.settings.size === 0) return;
      // Asked, not guessed from the SQL: a SET may have failed, been rolled back, or happened in a function. Settings
      // that no extension defines are not told, and so are lost rather than shared.
      if (connection.hasTouchedSettings) connection.settings = await readSettings(engine);
      connection.hasTouchedSettings = false;
      await engine.run(RESET);
    },
    async forget(connection) {
      const close = connection
        .statements()
        .map((name) => wire.message("C", Buffer.from("S"), wire.cstring(sharedName(connection.id, name))));
      if (close.length > 0) await engine.run(Buffer.concat([...close, wire.SYNC]));
    },
    async listenTo(channels) {
      const listens = [...channels].map((channel) => `; LISTEN "${channel.replaceAll('"', '""')}"`);
      await engine.run(wire.simpleQuery(`UNLISTEN *${listens.join("")}`));
    },
  };
}

async function readSettings(engine: Engine): Promise<ReadonlyMap<string, string>> {
  const rows = wire.rowsIn(await engine.run(READ_SETTINGS));
  return new Map(rows.map(([name, value]) => [name ?? "", value ?? ""]));
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
