import fs from "node:fs";
import path from "node:path";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";

/** A folder in one compressed file: a line of JSON that lists the entries, then the files' bytes in that order. */
interface Entry {
  readonly name: string;
  /** Missing for a folder. */
  readonly size?: number;
}

export function packFolder(folder: string): Buffer {
  const entries: Entry[] = [];
  const bodies: Buffer[] = [];
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const file = path.join(folder, name);
    if (fs.statSync(file).isDirectory()) {
      entries.push({ name });
    } else {
      const body = fs.readFileSync(file);
      entries.push({ name, size: body.length });
      bodies.push(body);
    }
  }
  const plain = Buffer.concat([Buffer.from(`${JSON.stringify(entries)}\n`), ...bodies]);
  return brotliCompressSync(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
}

/** Writes the entries under `folder`, which it makes, for the owner's eyes only. */
export function unpackFolder(packed: Buffer, folder: string): void {
  const plain = brotliDecompressSync(packed);
  const listEnd = plain.indexOf("\n");
  let at = listEnd + 1;
  fs.mkdirSync(folder, { mode: 0o700 });
  for (const { name, size } of JSON.parse(plain.toString("utf8", 0, listEnd)) as Entry[]) {
    const target = path.join(folder, name);
    if (size === undefined) fs.mkdirSync(target, { mode: 0o700 });
    else fs.writeFileSync(target, plain.subarray(at, at + size), { mode: 0o600 });
    at += size ?? 0;
  }
}
