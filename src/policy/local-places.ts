import { type PathReading, type PathReadings, readPosixPath, writePath } from "#base";

/** The file system that a server and preloop both see. */
export interface LocalFiles {
  /** The folder that the server was started in. */
  readonly cwd: string;
  readonly home: string;
  /** Where a full path leads when links and steps up are followed one after the other. @throws Error when that cannot be said */
  realPath(path: string): string;
}

/** One reading of a path, and the roots it is compared with. */
export interface Comparison {
  readonly reading: PathReading;
  readonly places: readonly PathReading[];
}

/**
 * The places on this machine that a path may lead to, as written and with links followed, beside the roots seen the same
 * way. A program may work out `..` before it follows links or after, so both are there.
 */
export function localPlaces(
  path: PathReadings,
  roots: readonly PathReading[],
  files: LocalFiles,
): readonly Comparison[] {
  const full = everyFullPath(path, files);
  const places = roots.flatMap((root) => fullPaths(writePath(root), files).slice(0, 1));
  const asWritten = places.map(readPosixPath);
  const asReal = places.map((place) => readPosixPath(files.realPath(place)));
  return full.flatMap((text) => [
    { reading: readPosixPath(text), places: asWritten },
    { reading: readPosixPath(files.realPath(text)), places: asReal },
  ]);
}

/** The names in the places that a path may lead to; those of the server's own folder are not the path's. */
export function localNames(path: PathReadings, files: LocalFiles): readonly (readonly string[])[] {
  const folder = readPosixPath(files.realPath(files.cwd)).parts;
  return everyFullPath(path, files).map((text) => {
    const { parts } = readPosixPath(files.realPath(text));
    return folder.every((name, index) => parts[index] === name) ? parts.slice(folder.length) : parts;
  });
}

function everyFullPath(path: PathReadings, files: LocalFiles): readonly string[] {
  const written = [...path.posix, ...path.windows].map((reading) => writePath(reading));
  const raw = path.raw.flatMap((text) => [text, text.replaceAll("\\", "/")]);
  return [...new Set([...raw, ...written].flatMap((text) => fullPaths(text, files)))];
}

// A shell's `~` is the home to some servers, and a name like any other to the rest.
function fullPaths(text: string, { cwd, home }: LocalFiles): readonly string[] {
  if (text.startsWith("/")) return [text];
  const relative = `${cwd}/${text}`;
  return /^~(?:\/|$)/.test(text) ? [home + text.slice(1), relative] : [relative];
}
