import {
  type Location,
  removeDotSegments,
  resolvedAs,
  type UnresolvableLocation,
  unresolvable,
} from "./location.ts";
import { spellingsOf } from "./spellings.ts";

/** Path as one kind of program takes it: its root, and the names below. */
export interface PathReading {
  /** `/`, a drive as `C:/`, a share as `//host/share/`, a home as `~/` or `~ana/`, or nothing for a relative path. */
  readonly root: string;
  readonly parts: readonly string[];
}

/** A path in all its readings; on each system, the one with nothing left to resolve comes last. */
export interface PathReadings {
  readonly kind: "read";
  readonly posix: readonly PathReading[];
  readonly windows: readonly PathReading[];
  readonly best: PathReading;
  /** Every spelling with `/` for `\` and nothing worked out, for who follows links part by part. */
  readonly raw: readonly string[];
}

/** What a path names, by its text alone: no file is looked at, and a relative path stays one. */
export function resolvePath(text: string): Location {
  const read = readPath(text);
  if (read.kind === "unresolvable") return read;
  // A slash at the end says "a folder", and is kept: a pattern may want it.
  const end = /[\\/]$/.test(text) ? "/" : "";
  const write = (reading: PathReading) => writePath(reading, end);
  return resolvedAs(text, write(read.best), [...read.posix, ...read.windows].map(write));
}

/** Reads a path as POSIX and Windows would, in each of its spellings. */
export function readPath(text: string): PathReadings | UnresolvableLocation {
  if (text.trim() === "") return unresolvable("it is empty");
  const { all, flaw } = spellingsOf(text);
  if (flaw !== undefined) return unresolvable(flaw);
  const posix: PathReading[] = [];
  const windows: PathReading[] = [];
  const raw: string[] = [];
  for (const spelling of all) {
    const path = pathOfFileUrl(spelling);
    if (typeof path !== "string") return path;
    const onPosix = readPosixPath(path);
    posix.push(onPosix);
    raw.push(path);
    const onWindows = WINDOWS_DIFFERS.test(path) ? readWindows(path) : [onPosix];
    if ("kind" in onWindows) return onWindows;
    windows.push(...onWindows);
  }
  return { kind: "read", posix, windows, best: windows.at(-1)!, raw };
}

/** A path as text; `end` is put behind its last name. */
export function writePath({ root, parts }: PathReading, end = ""): string {
  if (parts.length > 0) return root + parts.join("/") + end;
  if (root === "") return `.${end}`;
  // `/` and `C:/` are nothing without their slash.
  return root === "/" || root.endsWith(":/") || end !== "" ? root : root.slice(0, -1);
}

const STEP_UP = /(?:^|[\\/])\.\.(?:[\\/]|$)/;

/** The path that a `file:` URL means, or the text itself. */
function pathOfFileUrl(text: string): string | UnresolvableLocation {
  const url = /^file:(?:[\\/]{2}([^\\/]*))?(.*)$/is.exec(text);
  if (!url) return text;
  const [, host = "", path = ""] = url;
  if (!/^[\\/]/.test(path) || /[?#]/.test(path)) return unresolvable("it is a file URL without a plain path");
  // To a program that knows no URLs it is a relative path, in which a step up leads anywhere.
  if (STEP_UP.test(path)) return unresolvable("it is a file URL with a step up");
  if (host !== "" && host.toLowerCase() !== "localhost") return `//${host}${path}`;
  return path.replace(/^[\\/]([a-z])[:|](?=[\\/]|$)/i, "$1:");
}

/** As POSIX reads it: `/` parts names, and every other character is part of one. */
export function readPosixPath(path: string): PathReading {
  const home = HOME.exec(path)?.[0];
  if (home !== undefined)
    return { root: `${home}/`, parts: removeDotSegments(path.slice(home.length).split("/"), false) };
  const isRooted = path.startsWith("/");
  return { root: isRooted ? "/" : "", parts: removeDotSegments(path.split("/"), isRooted) };
}

const HOME = /^~[^\\/]*/;
const WINDOWS_DIFFERS = /[\\:]|[. ](?:\/|$)|^\/\//;
const DEVICE = /^\/(?:\/[?.]|\?\?)\//;

/** As Windows reads it: with backslashes alone, and as the system then strips names. */
function readWindows(path: string): readonly PathReading[] | UnresolvableLocation {
  const slashed = path.replaceAll("\\", "/").replace(/^\/\/[?.]\/UNC\//i, "//");
  const isDevice = DEVICE.test(slashed);
  const rest = isDevice ? slashed.slice(4) : slashed;
  const drive = /^([a-z]):(\/?)/i.exec(rest);
  if (drive && drive[2] === "") return unresolvable("it depends on the current folder of a drive");
  if (isDevice && !drive) return unresolvable("it names a device");
  if (drive) return readNames(`${drive[1]!.toUpperCase()}:/`, rest.slice(3));
  const share = /^\/\/([^/]+)(?:\/+([^/]+))?/.exec(rest);
  if (share) return readNames(rootOfShare(share), rest.slice(share[0].length));
  const { root } = readPosixPath(rest);
  return readNames(root, root.startsWith("~") ? rest.slice(root.length - 1) : rest);
}

function rootOfShare([, host, share]: RegExpExecArray): string {
  return share === undefined ? `//${host}/` : `//${host}/${share}/`;
}

function readNames(root: string, rest: string): readonly PathReading[] | UnresolvableLocation {
  const isRooted = root.endsWith("/") && !root.startsWith("~");
  const isWindows = isRooted && root !== "/";
  const names = rest.split("/");
  const stripped = names.map(stripName);
  if (stripped.includes(undefined)) return unresolvable("it holds a name of dots alone");
  if (isWindows && names.some((name) => /~\d/.test(name))) return unresolvable("it holds a short name");
  const read = (parts: readonly string[]) => ({ root, parts: removeDotSegments(parts, isRooted) });
  const cut = (stripped as string[]).map(cutStream);
  const [asWritten, asStripped, withoutStream] = [read(names), read(stripped as string[]), read(cut)];
  return isWindows ? [asWritten, asStripped, withoutStream] : [asWritten, withoutStream, asStripped];
}

/** Names as Windows opens them, with and without the streams that may follow a colon. */
export function windowsNames(names: readonly string[]): readonly (readonly string[])[] {
  const stripped = names.map((name) => stripName(name) ?? name);
  return [stripped, stripped.map((name) => (/^[a-z]:$/i.test(name) ? name : cutStream(name)))];
}

function cutStream(name: string): string {
  return stripName(name.replace(/:.*$/s, "")) ?? name;
}

/** A name as Windows opens it: without dots and blanks at its end; three dots alone mean different things to different versions. */
function stripName(name: string): string | undefined {
  if (!/[. ]$/.test(name)) return name;
  const bare = name.replace(/[. ]+$/, "");
  if (bare !== "") return bare;
  const dots = name.replaceAll(" ", "");
  return dots.length > 2 ? undefined : dots;
}
