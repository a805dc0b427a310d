import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { MessageBatch } from "./batches.ts";
import { createChannels } from "./channels.ts";
import { type Connection, createConnection } from "./connection.ts";
import type { Engine } from "./engine.ts";
import { createEngineSession } from "./engine-session.ts";
import * as wire from "./wire.ts";

/** Serves the Postgres protocol to many connections over the engine's one session. */
export interface Scheduler {
  accept(socket: Socket): void;
  /** Runs `work` on the session while no connection has it. */
  alone<T>(work: (engine: Engine) => Promise<T>): Promise<T>;
  readonly connections: number;
  /** When the last batch ended, in `performance.now()` time. */
  readonly lastWorkMs: number;
  /** Ends every connection; what was not begun is refused with a code that says so. Resolves when nothing runs. */
  stop(): Promise<void>;
}

export interface SchedulerOptions {
  readonly engine: Engine;
  readonly idleTransactionMs: number;
  onConnections(count: number): void;
}

const MAX_CONNECTIONS = 500;
const BATCHES_PER_TURN = 16;
const IDLE_IN_TRANSACTION = "a transaction was idle for too long; the embedded store serves one at a time";

/**
 * Whole batches are the unit of scheduling, first come, first served. A connection in a transaction keeps the session
 * until it has ended, is gone, or has been idle for too long.
 */
export function createScheduler({ engine, idleTransactionMs, onConnections }: SchedulerOptions): Scheduler {
  const session = createEngineSession(engine);
  const channels = createChannels();
  const connections = new Set<Connection>();
  const waiting: (Connection | (() => Promise<void>))[] = [];
  const greeting = engine.greeting;
  let holder: Connection | undefined;
  let idle: NodeJS.Timeout | undefined;
  let pumping: Promise<void> | undefined;
  let isAsked = false;
  let isStopped = false;
  let lastWorkMs = performance.now();
  let nextId = 1;

  function wait(connection: Connection): void {
    if (connection !== holder && connection.hasBatches && !waiting.includes(connection))
      waiting.push(connection);
    wake();
  }

  function wake(): void {
    isAsked = true;
    pumping ??= pump();
  }

  async function pump(): Promise<void> {
    while (isAsked) {
      isAsked = false;
      for (let steps = 1; await step(); steps++) if (steps % BATCHES_PER_TURN === 0) await nextTurn();
    }
    pumping = undefined;
  }

  /** One batch, or one change of hands; false when there is nothing to do. */
  async function step(): Promise<boolean> {
    if (!holder) return admitNext();
    if (holder.isGone) return release(holder);
    const batch = holder.take();
    const isFree = () => holder?.status === "I" && !holder.isMidBatch;
    if (!batch) {
      if (isFree()) return release(holder);
      dismissWhenIdle(holder);
      return false;
    }
    clearTimeout(idle);
    await run(holder, batch);
    if (isFree() && waiting.length > 0) return release(holder);
    return true;
  }

  async function admitNext(): Promise<boolean> {
    const next = waiting.shift();
    if (!next) return false;
    if (typeof next === "function") await next();
    else if (!next.isGone) {
      holder = next;
      await session.lend(next);
    }
    return true;
  }

  async function run(connection: Connection, batch: MessageBatch): Promise<void> {
    const messages = wire.messagesIn(await engine.run(batch.bytes, limitOf(connection)));
    connection.hasTouchedSettings ||= batch.touchesSettings;
    connection.pendingChannels.push(...batch.channels);
    connection.isMidBatch = true;
    for (const one of messages)
      if (wire.typeOf(one) === "Z") {
        connection.status = String.fromCharCode(one[5]!);
        connection.isMidBatch = false;
      }
    if (connection.status === "I" && !connection.isMidBatch) await settleChannels(connection, messages);
    for (const one of messages) if (wire.typeOf(one) === "A") channels.deliver(one);
    const answer = messages.filter((one) => wire.typeOf(one) !== "A");
    if (answer.length > 0) connection.send(Buffer.concat(answer));
    lastWorkMs = performance.now();
  }

  async function settleChannels(connection: Connection, messages: readonly Buffer[]): Promise<void> {
    if (connection.pendingChannels.length === 0) return;
    const isUndone = messages.some(
      (one) => wire.typeOf(one) === "E" || (wire.typeOf(one) === "C" && one.includes("ROLLBACK\0", 5)),
    );
    const changes = isUndone ? [] : connection.pendingChannels;
    connection.pendingChannels = [];
    // Its UNLISTEN was the whole session's.
    if (channels.apply(connection, changes)) await session.listenTo(channels.all());
  }

  async function release(connection: Connection): Promise<true> {
    clearTimeout(idle);
    await session.takeBack(connection);
    connection.pendingChannels = [];
    holder = undefined;
    if (connection.hasBatches) waiting.push(connection);
    return true;
  }

  function dismissWhenIdle(connection: Connection): void {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (holder === connection) connection.dismiss("25P03", IDLE_IN_TRANSACTION);
    }, idleTransactionMs);
  }

  function onGone(connection: Connection): void {
    connections.delete(connection);
    onConnections(connections.size);
    waiting.push(async () => {
      await session.forget(connection);
      if (channels.leave(connection)) await session.listenTo(channels.all());
    });
    if (!isStopped) wake();
  }

  return {
    accept(socket) {
      if (isStopped || connections.size >= MAX_CONNECTIONS) {
        socket.on("error", () => {});
        socket.end(wire.errorResponse("FATAL", "53300", "the embedded store has too many connections"));
        return;
      }
      const connection = createConnection(nextId++, socket, greeting, { onWork: wait, onGone });
      connections.add(connection);
      onConnections(connections.size);
    },
    alone(work) {
      return new Promise((resolve, reject) => {
        waiting.push(() => work(engine).then(resolve, reject));
        wake();
      });
    },
    get connections() {
      return connections.size;
    },
    get lastWorkMs() {
      return lastWorkMs;
    },
    async stop() {
      // A batch and the sending of its answer happen in one turn of the event loop, so none is between the two now,
      // and what is refused here has certainly not been run.
      isStopped = true;
      for (const connection of [...connections])
        connection.dismiss("57P03", "the embedded store is being restarted");
      waiting.length = 0;
      wake();
      await pumping;
    },
  };
}

/** `SET statement_timeout` is how a connection asks for more time, for an index over many vectors, say. */
function limitOf({ settings }: Connection): number | undefined {
  return Number(settings.get("statement_timeout")) || undefined;
}
