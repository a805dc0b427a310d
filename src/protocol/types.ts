import type { Json, JsonObject } from "#base";
import type { RPC_CODES } from "./error-codes.ts";

/** An id of JSON-RPC 2.0 as MCP allows it. */
export type RpcId = string | number;

/** One JSON-RPC message, read once; `text` is its source, so what nobody changed goes on byte for byte. */
export type Frame =
  | {
      readonly kind: "request";
      readonly id: RpcId;
      readonly method: string;
      readonly params: JsonObject;
      readonly text: string;
    }
  | {
      readonly kind: "notification";
      readonly method: string;
      readonly params: JsonObject;
      readonly text: string;
    }
  | { readonly kind: "result"; readonly id: RpcId; readonly result: Json; readonly text: string }
  | { readonly kind: "error"; readonly id: RpcId | null; readonly error: RpcError; readonly text: string }
  /** Not a message: answered with `code` and the id, where one could be read. */
  | {
      readonly kind: "malformed";
      readonly id: RpcId | null;
      readonly code: MalformedCode;
      readonly message: string;
    };

/** A code for what is no message: no JSON, or no JSON-RPC. */
export type MalformedCode = (typeof RPC_CODES)["parseError" | "invalidRequest"];

/** An error of JSON-RPC 2.0 (section 5.1). */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: Json;
}

/** The raw JSON text of `result` or of `error`, which is all that passes from one side to the other. */
export type RawReply =
  | { readonly kind: "result"; readonly text: string }
  | { readonly kind: "error"; readonly text: string };
