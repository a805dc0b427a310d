import type { Socket } from "node:net";
import { createBatchMaker, type MessageBatch } from "./batches.ts";
import { createMessageReader } from "./message-reader.ts";
import type { ChannelChange } from "./sql.ts";
import * as wire from "./wire.ts";

/** One client of the gateway: what it asked for, and its part of the state of the shared session. */
export interface Connection {
  readonly id: number;
  isGone: boolean;
  /** `I` idle, `T` in a transaction, `E` in a failed one: what the last ReadyForQuery said. */
  status: string;
  /** Between a Flush and its Sync. */
  isMidBatch: boolean;
  /** Its settings, set again whenever it gets the session. */
  settings: ReadonlyMap<string, string>;
  hasTouchedSettings: boolean;
  readonly channels: Set<string>;
  /** LISTEN and UNLISTEN of a transaction that is not committed yet. */
  pendingChannels: ChannelChange[];
  readonly hasBatches: boolean;
  statements(): readonly string[];
  /** The next batch, unless there is none or the client does not read what it was sent. */
  take(): MessageBatch | undefined;
  send(bytes: Buffer): void;
  /** Sends a notification, unless the client stopped reading long ago: then it is cut. */
  hear(notification: Buffer): void;
  /** Says why and hangs up. */
  dismiss(code: string, text: string): void;
}

export interface ConnectionEvents {
  /** A batch came in, or the client reads again. */
  onWork(connection: Connection): void;
  onGone(connection: Connection): void;
}

const MAX_QUEUED_BATCHES = 64;
const MAX_UNREAD_BYTES = 1 << 20;
const MAX_UNHEARD_BYTES = 64 << 20;
// Everything else a client says at its start is a setting.
const NO_SETTINGS = new Set([
  "user",
  "database",
  "replication",
  "options",
  "client_encoding",
  "application_name",
]);

export function createConnection(
  id: number,
  socket: Socket,
  greeting: Buffer,
  events: ConnectionEvents,
): Connection {
  const queue: MessageBatch[] = [];
  const maker = createBatchMaker(id);
  const connection: Connection = {
    id,
    isGone: false,
    status: "I",
    isMidBatch: false,
    settings: new Map(),
    hasTouchedSettings: false,
    channels: new Set(),
    pendingChannels: [],
    get hasBatches() {
      return queue.length > 0 && socket.writableLength <= MAX_UNREAD_BYTES;
    },
    statements: maker.statements,
    take() {
      if (!connection.hasBatches) return undefined;
      const batch = queue.shift();
      if (queue.length < MAX_QUEUED_BATCHES / 2) socket.resume();
      return batch;
    },
    send(bytes) {
      if (!connection.isGone) socket.write(bytes);
    },
    hear(notification) {
      if (socket.writableLength > MAX_UNHEARD_BYTES) socket.destroy();
      else connection.send(notification);
    },
    dismiss(code, text) {
      socket.end(wire.errorResponse("FATAL", code, text));
      gone();
    },
  };

  function gone(): void {
    if (connection.isGone) return;
    connection.isGone = true;
    queue.length = 0;
    events.onGone(connection);
  }

  const read = createMessageReader({
    onGreeting(code, parameters) {
      if (code === wire.SSL_REQUEST || code === wire.GSS_REQUEST) {
        socket.write("N");
        return "more";
      }
      // There is one thread, and it is busy with what should be cancelled.
      if (code === wire.CANCEL_REQUEST || code >>> 16 !== 3) return "refused";
      const settings = Object.entries(parameters).filter(
        ([key]) => !NO_SETTINGS.has(key) && !key.startsWith("_pq_"),
      );
      connection.settings = new Map(settings);
      socket.write(greeting);
      return "started";
    },
    onMessage(type, bytes) {
      if (type === "X") {
        socket.end();
        return;
      }
      const batch = maker.add(type, bytes);
      if (!batch) return;
      queue.push(batch);
      if (queue.length >= MAX_QUEUED_BATCHES) socket.pause();
      events.onWork(connection);
    },
  });
  socket.setNoDelay(true);
  socket.on("data", (chunk) => {
    try {
      read(chunk);
    } catch {
      socket.destroy();
    }
  });
  socket.on("drain", () => events.onWork(connection));
  socket.on("error", () => {});
  socket.on("close", gone);
  return connection;
}
