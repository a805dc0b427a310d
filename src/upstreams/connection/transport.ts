import type { RpcId } from "#protocol";
import type { Failure } from "../failure.ts";
import type { Era } from "../types.ts";

/** The events that a transport tells the connection above it, in the order they came from the server. */
export interface TransportEvents {
  onFrame(text: string): void;
  onOversize(id: RpcId | null, bytes: number, isCall: boolean): void;
  /** This request will get no answer; the others may. `sent` is false when surely nothing arrived there. */
  onLost(id: number, failure: Failure & { readonly sent: boolean }): void;
  /** Whether somebody still waits for the answer to this request. */
  waits(id: number): boolean;
  /** The whole connection is over. Comes once, last. */
  onEnd(failure: Failure): void;
}

/** The part of a frame that a transport must know without reading it. */
export interface Outgoing {
  /** Set when the frame is a request. */
  readonly id?: number;
  readonly method?: string;
  readonly params?: string | undefined;
}

/** One way to a server: a child process or an HTTP address. */
export interface Transport {
  /** Set when the transport is of one era only. */
  readonly era?: Era;
  send(frame: string, about: Outgoing): void;
  /** Stops waiting for a request. True when the server hears of it by that alone. */
  drop(id: number): boolean;
  /** Takes in no more until resumed. */
  pause?(): void;
  resume?(): void;
  /** The handshake is over. */
  opened(era: Era, protocolVersion: string): void;
  /** Ends the connection for good; resolves when nothing of it is left. */
  close(): Promise<void>;
}

/** Makes a transport that reports to `events`; never throws, a start that fails is an `onEnd`. */
export type Connect = (events: TransportEvents) => Transport;
