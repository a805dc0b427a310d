import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { codeOf, messageOf, PreloopError } from "#base";

/** The first line: what the rows were made by. */
export interface DumpHead {
  readonly preloopDump: 1;
  readonly at: string;
  readonly migrations: readonly string[];
}

/** Before a table's rows. */
export interface DumpTable {
  readonly table: string;
  readonly columns: readonly string[];
}

/** A row as Postgres's own text, so that nothing passes through a JavaScript number or date. */
export type DumpRow = readonly (string | null)[];

/** The last line; without it the file was cut. */
export interface DumpEnd {
  readonly rows: number;
}

export type DumpLine = DumpHead | DumpTable | DumpRow | DumpEnd;

/** Writes JSON lines, compressed when the name ends in `.gz`; the file has its name only when it is complete. */
export async function writeDump(file: string, lines: AsyncIterable<DumpLine>): Promise<void> {
  const unfinished = `${file}.unfinished-${process.pid}`;
  await rm(unfinished, { force: true });
  try {
    const out = createWriteStream(unfinished, { mode: 0o600, flags: "wx" });
    const text = Readable.from(encoded(lines));
    await (isCompressed(file) ? pipeline(text, createGzip(), out) : pipeline(text, out));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (codeOf(error)?.startsWith("E"))
      throw new PreloopError("usage", `Cannot write ${file}: ${messageOf(error)}`, { cause: error });
    throw error;
  }
}

/** Reads the lines back, as they are needed. @throws not_found, usage */
export async function* readDump(file: string): AsyncGenerator<DumpLine> {
  const source = createReadStream(file);
  const input = isCompressed(file) ? source.pipe(createGunzip()) : source;
  let number = 0;
  try {
    // An error of the file would otherwise be nobody's while the unpacking waits for it.
    source.on("error", (error) => input.destroy(error));
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      yield JSON.parse(text) as DumpLine;
    }
  } catch (error) {
    if (error instanceof PreloopError) throw error;
    if (codeOf(error) === "ENOENT") throw new PreloopError("not_found", `There is no ${file}`);
    if (error instanceof SyntaxError || codeOf(error) !== undefined)
      throw new PreloopError(
        "usage",
        `${file} is no dump of preloop's (line ${number}: ${messageOf(error)})`,
        {
          cause: error,
        },
      );
    throw error;
  } finally {
    source.destroy();
  }
}

async function* encoded(lines: AsyncIterable<DumpLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

function isCompressed(file: string): boolean {
  return file.endsWith(".gz");
}
