/** The few shapes of the Postgres wire protocol (version 3) that the scheduler and its connections read and write. */

export const SSL_REQUEST = 80877103;
export const GSS_REQUEST = 80877104;
export const CANCEL_REQUEST = 80877102;

/** One message: its type, its length, its body. */
export function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type, "latin1");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

export function cstring(text: string): Buffer {
  return Buffer.from(`${text}\0`, "utf8");
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** The text that begins at `at`, and where the next field begins. */
export function readCstring(bytes: Buffer, at: number): readonly [text: string, next: number] {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new Error("a text in the message does not end");
  return [bytes.toString("utf8", at, end), end + 1];
}

/** What a client sends first. */
export function startup(parameters: Readonly<Record<string, string>>): Buffer {
  const pairs = Object.entries(parameters).flatMap(([key, value]) => [cstring(key), cstring(value)]);
  const body = Buffer.concat([int32(3 << 16), ...pairs, Buffer.from([0])]);
  return Buffer.concat([int32(body.length + 4), body]);
}

export function simpleQuery(sql: string): Buffer {
  return message("Q", cstring(sql));
}

export const SYNC = message("S");
export const READY = message("Z", Buffer.from("I"));

/** An ErrorResponse with the fields every client reads. */
export function errorResponse(severity: "ERROR" | "FATAL", code: string, text: string): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${text}`].map(cstring);
  return message("E", ...fields, Buffer.from([0]));
}

/** The messages in what the engine answered. */
export function messagesIn(bytes: Buffer): readonly Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    messages.push(bytes.subarray(at, end));
    at = end;
  }
  return messages;
}

export function typeOf(bytes: Buffer): string {
  return String.fromCharCode(bytes[0]!);
}

/** The columns of the rows in an answer to a simple query, as text. */
export function rowsIn(bytes: Buffer): readonly (readonly (string | null)[])[] {
  return messagesIn(bytes)
    .filter((one) => typeOf(one) === "D")
    .map((row) => {
      const columns: (string | null)[] = [];
      let at = 7;
      for (let left = row.readInt16BE(5); left > 0; left--) {
        const length = row.readInt32BE(at);
        at += 4;
        columns.push(length < 0 ? null : row.toString("utf8", at, at + length));
        at += Math.max(length, 0);
      }
      return columns;
    });
}

/** The text of the first error in an answer. */
export function errorIn(bytes: Buffer): string | undefined {
  const error = messagesIn(bytes).find((one) => typeOf(one) === "E");
  if (!error) return undefined;
  const fields = error.toString("utf8", 5).split("\0");
  return fields.find((field) => field.startsWith("M"))?.slice(1) ?? "unknown error";
}
