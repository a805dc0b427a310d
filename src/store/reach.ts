import type { Client, ClientConfig } from "pg";

/** Way to make connections to one store. */
export interface Reach {
  readonly kind: "embedded" | "postgres";
  /** For people and logs; never holds a password. */
  readonly shown: string;
  readonly config: ClientConfig;
  readonly Client: new (config?: string | ClientConfig) => Client;
  /** How long a query may wait for a connection. */
  readonly connectTimeoutMs: number;
  /** Lets go of what the connections shared, such as the lease on the embedded store's owner. */
  close(): void;
}
