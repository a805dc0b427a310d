import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { codeOf } from "#base";

/** Result of one look at a file: its bytes, or the error that says why there are none. */
export type FileRead = { readonly bytes: Buffer } | { readonly error: unknown };

/** Opens a file once: what `read` learns of it and what it reads are of one file, whatever takes its name meanwhile. */
export function withFile<T>(
  file: string,
  { follow, wait = false }: { readonly follow: boolean; readonly wait?: boolean },
  read: (fd: number, stats: Stats) => T,
): T {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const fd = openSync(file, O_RDONLY | (follow ? 0 : O_NOFOLLOW) | (wait ? 0 : O_NONBLOCK));
  try {
    return read(fd, fstatSync(fd));
  } finally {
    closeSync(fd);
  }
}

/** Reads a plain file; anything else that has its name is an error. A pipe there must not hold up the start. */
export function readPlain(file: string): FileRead {
  return attempt(() =>
    withFile(file, { follow: true }, (fd, stats) => {
      if (!stats.isFile()) throw new Error("it is no plain file");
      return readFileSync(fd);
    }),
  );
}

/** Reads a file or, once it has been written, a pipe. */
export function readWhole(file: string): FileRead {
  return attempt(() => withFile(file, { follow: true, wait: true }, (fd) => readFileSync(fd)));
}

/** Whether there was nothing to read, rather than something that could not be read. */
export function isMissing(read: FileRead): boolean {
  return "error" in read && ["ENOENT", "ENOTDIR"].includes(codeOf(read.error) ?? "");
}

function attempt(read: () => Buffer): FileRead {
  try {
    return { bytes: read() };
  } catch (error) {
    return { error };
  }
}
