import pg from "pg";
import type { Reach } from "../reach.ts";
import { prepareHome } from "./home.ts";
import { createLease } from "./lease.ts";

/** Reaches the embedded store of a home, starting its background process whenever a connection needs it. */
export function reachEmbedded(home: string): Reach {
  const prepared = prepareHome(home);
  const lease = createLease(prepared);

  class EmbeddedClient extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      // The owner may say goodbye in the very bytes that make us connected, before anybody could listen.
      this.on("error", () => {});
    }

    override connect(): Promise<pg.Client>;
    override connect(callback: (error: Error | null) => void): void;
    override connect(callback?: (error: Error | null) => void): Promise<pg.Client> | undefined {
      const connected = lease.acquire().then((generation) => {
        // Where pg looks when it connects; a new owner has a new name.
        (this as { port: number }).port = generation;
        return super.connect();
      });
      if (!callback) return connected;
      connected.then(() => callback(null), callback);
      return undefined;
    }
  }

  return {
    kind: "embedded",
    shown: `the embedded store in ${prepared.home}`,
    // Everything is said, so that no PG* variable meant for another server has a word.
    config: {
      host: prepared.runPath,
      port: 1,
      user: "postgres",
      password: "none",
      database: "postgres",
      ssl: false,
      sslnegotiation: "postgres",
      options: " ",
      application_name: "preloop",
    },
    Client: EmbeddedClient,
    connectTimeoutMs: 90_000,
    close: lease.close,
  };
}
