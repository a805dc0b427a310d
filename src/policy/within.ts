import {
  foldCase,
  locationNote,
  type PathReading,
  type PathReadings,
  readPath,
  readUrl,
  redactText,
  resolvePath,
  resolveUrl,
  type UrlReadings,
} from "#base";
import { type Comparison, type LocalFiles, localNames, localPlaces } from "./local-places.ts";

/** A path or URL that names no certain place; its message says why. */
export class UnclearLocation extends Error {
  override readonly name: string = "UnclearLocation";
}

/** A path or URL that one program takes for a place inside, and another for one that is not. */
export class DisputedLocation extends UnclearLocation {
  override readonly name = "DisputedLocation";
}

/** What one reading says; undefined where it cannot be said. */
type Answer = boolean | undefined;

/** Whether a path is one of the roots or under one, whoever reads it. @throws UnclearLocation */
export function isPathWithin(text: string, roots: readonly string[], files?: LocalFiles): boolean {
  const path = pathOf(text);
  const places = roots.map(rootPath);
  if (files) return agree(text, localPlaces(path, places, files).flatMap(bothCases(isUnder)));
  if (places.some(({ root }) => root === "") && path.raw.some((spelling) => LEADS_AWAY.test(spelling)))
    throw new UnclearLocation(`${quoted(text)} is no relative path to every program`);
  // Whoever names a drive or a share says that the server's system is Windows.
  const posixPlaces = places.filter(({ root }) => !/^(?:.:|\/)\//.test(root));
  const posix = posixPlaces.length > 0 ? path.posix : [];
  return agree(text, [
    ...posix.flatMap((reading) => bothCases(isUnder)({ reading, places: posixPlaces })),
    ...path.windows.flatMap((reading) => bothCases(isUnder)({ reading, places })),
  ]);
}

// A shell puts a variable in, some programs fetch a URL, and curl and its like read a file behind an `@`.
const LEADS_AWAY = /^(?:\$|@|[a-z][a-z0-9+.-]+:)/i;

/** Whether a URL is one of the roots or under one, whoever reads it. @throws UnclearLocation */
export function isUrlWithin(text: string, roots: readonly string[]): boolean {
  const url = readUrl(text);
  if (url.kind === "unresolvable") throw new UnclearLocation(`${quoted(text)} is no clear URL: ${url.why}`);
  const places = roots.map(rootUrl);
  return agree(
    text,
    pathsOfUrl(url).flatMap((reading) => bothCases(isUnder)({ reading, places })),
  );
}

/** Names of a path that are looked at: all of them, or the one that it ends in. */
export type PathNames = "every" | "last";

/** Says whether a name fits; one whose case is folded is compared with what is folded, too. */
export type NameFits = (name: string, isFolded: boolean) => boolean;

/** Whether one of these names of a path fits, whoever reads it. @throws UnclearLocation */
export function hasPathName(
  text: string,
  fits: NameFits,
  { which, files }: { readonly which: PathNames; readonly files?: LocalFiles | undefined },
): boolean {
  const path = pathOf(text);
  const written = [...path.posix, ...path.windows].map(({ parts }) => parts);
  const found = files ? [...written, ...localNames(path, files)] : written;
  const names = found.map((parts) => (which === "every" ? parts : parts.slice(-1)));
  return agree(
    text,
    names
      .map((parts) => parts.filter((name) => name !== "..")) // a step up is no name
      .flatMap((parts) => [
        parts.some((name) => fits(name, false)),
        parts.some((name) => fits(foldCase(name), true)),
      ]),
  );
}

/** Why a text will not do as a root; undefined when it will. */
export function rootProblem(kind: "path" | "url", text: string): string | undefined {
  const location = kind === "path" ? resolvePath(text) : resolveUrl(text);
  if (location.kind === "unresolvable") return `${quoted(text)} is no clear ${kind}: ${location.why}`;
  const isWritten = kind === "path" ? text.replaceAll("\\", "/") : text;
  if (isWritten.toLowerCase() !== location.text.toLowerCase())
    return `${quoted(text)} is not written out; write ${quoted(location.text)}`;
  if (kind === "url" && /[?#]/.test(text)) return `${quoted(text)} is more than a scheme, a host and a path`;
  return undefined;
}

function pathOf(text: string): PathReadings {
  const path = readPath(text);
  if (path.kind === "unresolvable")
    throw new UnclearLocation(`${quoted(text)} is no clear path: ${path.why}`);
  return path;
}

const rootPath = remember((text): PathReading => {
  const problem = rootProblem("path", text);
  if (problem !== undefined) throw new UnclearLocation(problem);
  return (readPath(text) as PathReadings).best;
});

const rootUrl = remember((text): PathReading => {
  const problem = rootProblem("url", text);
  if (problem !== undefined) throw new UnclearLocation(problem);
  return pathsOfUrl(readUrl(text) as UrlReadings)[0]!;
});

// Roots stand in conditions, and few come from arguments.
function remember<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const computed = compute(text);
    if (known.size >= 500) known.clear();
    known.set(text, computed);
    return computed;
  };
}

// Scheme and host are to a URL what the drive is to a path.
function pathsOfUrl({ scheme, authorities = [""], paths, isRooted }: UrlReadings): readonly PathReading[] {
  const start = `${scheme}:${isRooted ? "//" : ""}`;
  return authorities.flatMap((host) => paths.map(({ parts }) => ({ root: `${start}${host}`, parts })));
}

// Many file systems, and some servers, do not tell upper case from lower.
function bothCases(judge: (comparison: Comparison) => Answer): (comparison: Comparison) => readonly Answer[] {
  return ({ reading, places }) => [
    judge({ reading, places }),
    judge({ reading: folded(reading), places: places.map(folded) }),
  ];
}

function folded({ root, parts }: PathReading): PathReading {
  return { root: foldCase(root), parts: parts.map(foldCase) };
}

function isUnder({ reading, places }: Comparison): Answer {
  const answers = places.map((place) => isUnderOne(reading, place));
  return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false;
}

function isUnderOne(reading: PathReading, place: PathReading): Answer {
  if (reading.root !== place.root) return areComparable(reading.root, place.root) ? false : undefined;
  // From a folder that is not known, a step up may come down again inside.
  if (reading.parts[0] === ".." || place.parts[0] === "..") return undefined;
  return place.parts.every((part, index) => reading.parts[index] === part);
}

// Two drives are two places, and so are two hosts; a share may well be a drive, and a relative path be anywhere.
function areComparable(...roots: readonly string[]): boolean {
  return roots.every((root) => /^[^/~]+:/.test(root));
}

function agree(text: string, answers: readonly Answer[]): boolean {
  const [first] = answers;
  if (first !== undefined && answers.every((answer) => answer === first)) return first;
  if (answers.includes(true))
    throw new DisputedLocation(`${quote(text)} is inside for some programs, and not for others`);
  if (answers.includes(false))
    throw new UnclearLocation(`${quote(text)} may be read in ways that lead to a place unknown here`);
  throw new UnclearLocation(`${quote(text)} is no full path, and what it starts from is not known here`);
}

const SHOWN = 120;

/** The text with what it comes to, short and without secrets: faults are written down. */
function quote(text: string): string {
  const note = locationNote(text);
  return note === undefined ? quoted(text) : `${quoted(text)} (${cut(redactText(note))})`;
}

function quoted(text: string): string {
  return JSON.stringify(cut(redactText(text)));
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
