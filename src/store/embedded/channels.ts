import type { Connection } from "./connection.ts";
import type { ChannelChange } from "./sql.ts";
import { readCstring } from "./wire.ts";

/** Listeners by notification channel, while the engine knows one session alone. */
export interface Channels {
  /** Applies what a connection committed; true when the session must be told anew. */
  apply(connection: Connection, changes: readonly ChannelChange[]): boolean;
  /** Forgets a connection; true when the session must be told anew. */
  leave(connection: Connection): boolean;
  /** Hands a NotificationResponse to everybody who listens. */
  deliver(notification: Buffer): void;
  all(): Iterable<string>;
}

export function createChannels(): Channels {
  const hearers = new Map<string, Set<Connection>>();

  function listen(connection: Connection, channel: string): void {
    connection.channels.add(channel);
    const group = hearers.get(channel) ?? new Set();
    hearers.set(channel, group.add(connection));
  }

  function unlisten(connection: Connection, channel: string): void {
    connection.channels.delete(channel);
    const group = hearers.get(channel);
    group?.delete(connection);
    if (group?.size === 0) hearers.delete(channel);
  }

  return {
    apply(connection, changes) {
      for (const { verb, channel } of changes) {
        if (verb === "listen" && channel !== undefined) listen(connection, channel);
        else
          for (const one of channel === undefined ? [...connection.channels] : [channel])
            unlisten(connection, one);
      }
      return changes.some(({ verb }) => verb === "unlisten");
    },
    leave(connection) {
      const had = connection.channels.size > 0;
      for (const channel of [...connection.channels]) unlisten(connection, channel);
      return had;
    },
    deliver(notification) {
      const [channel] = readCstring(notification, 9);
      for (const hearer of hearers.get(channel) ?? []) hearer.hear(notification);
    },
    all: () => hearers.keys(),
  };
}
