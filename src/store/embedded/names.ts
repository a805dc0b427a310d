import { createHash } from "node:crypto";
import { cstring, message, readCstring } from "./wire.ts";

// Postgres cuts a statement's name here, which would let two long names meet.
const MAX_NAME = 63;

/** One connection's names for statements and portals, as the shared session knows them. The unnamed stays unnamed. */
export function sharedName(connection: number, name: string): string {
  if (name === "") return "";
  const full = `c${connection}_${name}`;
  if (Buffer.byteLength(full) < MAX_NAME) return full;
  return `c${connection}_${createHash("sha1").update(name).digest("hex")}`;
}

/** A Bind, Execute, Describe or Close with the names in it made this connection's own. */
export function withSharedNames(connection: number, type: string, bytes: Buffer): Buffer {
  const own = (name: string) => cstring(sharedName(connection, name));
  switch (type) {
    case "B": {
      const [portal, afterPortal] = readCstring(bytes, 5);
      const [statement, rest] = readCstring(bytes, afterPortal);
      return portal || statement ? message("B", own(portal), own(statement), bytes.subarray(rest)) : bytes;
    }
    case "E": {
      const [portal, rest] = readCstring(bytes, 5);
      return portal ? message("E", own(portal), bytes.subarray(rest)) : bytes;
    }
    case "D":
    case "C": {
      const [name, rest] = readCstring(bytes, 6);
      return name ? message(type, bytes.subarray(5, 6), own(name), bytes.subarray(rest)) : bytes;
    }
    default:
      return bytes;
  }
}
