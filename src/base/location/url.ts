import {
  type Location,
  removeDotSegments,
  resolvedAs,
  type UnresolvableLocation,
  unresolvable,
} from "./location.ts";
import { spellingsOf } from "./spellings.ts";

/** A URL taken apart, with its path in all readings. */
export interface UrlReadings {
  readonly kind: "read";
  readonly scheme: string;
  /** Host and port, in every way programs read them; undefined for a URL without `//`. */
  readonly authorities: readonly string[] | undefined;
  /** The path in all readings; the one with nothing left to resolve comes last. */
  readonly paths: readonly UrlPath[];
  /** Every spelling of the path with nothing worked out. */
  readonly raw: readonly RawPath[];
  /** Whether the path begins at a root. */
  readonly isRooted: boolean;
  /** Whether its scheme is one that every browser knows. */
  readonly isWeb: boolean;
}

/** What comes with a path in every reading of it. */
interface PathEnd {
  /** `?` and `#` and what follows, as they stand; undefined where all of it is taken for a part of the path. */
  readonly rest: string | undefined;
  /** What the path ends in as it stands: a slash, a name or nothing. */
  readonly end: "slash" | "name" | "nothing";
}

export interface UrlPath extends PathEnd {
  readonly parts: readonly string[];
}

interface RawPath extends PathEnd {
  readonly path: string;
}

/** The schemes that every browser knows, with the ports that need not be written. */
const PORTS = new Map([
  ["http", "80"],
  ["https", "443"],
  ["ws", "80"],
  ["wss", "443"],
  ["ftp", "21"],
]);

/** What a URL of any scheme names, by its text alone: no name is looked up. */
export function resolveUrl(text: string): Location {
  const read = readUrl(text);
  if (read.kind === "unresolvable") return read;
  const authorities = read.authorities ?? [undefined];
  const readings = authorities.flatMap((authority) =>
    read.paths.map((path) => writeUrl(read, authority, path)),
  );
  const resolved = writeUrl(read, authorities[0], read.paths.at(-1)!);
  return resolvedAs(text, resolved, readings);
}

/** Reads a URL as browsers, RFC 3986 and careless servers would. */
export function readUrl(text: string): UrlReadings | UnresolvableLocation {
  const parts = /^([a-z][a-z0-9+.-]*):(?:([\\/]{2})([^\\/?#]*))?([^?#]*)(.*)$/is.exec(text);
  if (text === "" || !parts) return unresolvable(text === "" ? "it is empty" : "it has no scheme");
  // A program may trim what another keeps, or drop a line end in the middle.
  if (/^\s|\s$|[\p{Cc}\p{Cs}]/u.test(text))
    return unresolvable("it holds a control character or a blank at an end");
  const scheme = parts[1]!.toLowerCase();
  const [, , slashes, authority, path = "", rest = ""] = parts;
  const isWeb = PORTS.has(scheme);
  if (isWeb && slashes !== "//") return unresolvable(`it has no // after ${scheme}:`);
  if (slashes?.includes("\\")) return unresolvable("it has backslashes before its host");
  if (authority !== undefined && path === "" && rest.includes("@"))
    return unresolvable("it has an @ that may end a user name");
  if (scheme === "file" && !/^[\\/]/.test(path)) return unresolvable("it is a file URL without a full path");
  const hasHost = authority !== undefined || scheme === "file";
  const authorities = !hasHost ? undefined : readAuthority(scheme, authority ?? "", path);
  if (authorities && "kind" in authorities) return authorities;
  const raw = spellPath(path, rest, isWeb);
  if ("kind" in raw) return raw;
  const isRooted = authority !== undefined || /^[\\/]/.test(path);
  const mayClimb = !isRooted || (!isWeb && !!authority);
  const paths = raw.flatMap(({ path, ...end }) =>
    readUrlPath(path, !mayClimb).map((parts) => ({ parts, ...end })),
  );
  if (isRooted && paths.some(({ parts: [first] }) => first === ".."))
    return unresolvable("it steps up past its host");
  return { kind: "read", scheme, authorities, paths, raw, isRooted, isWeb };
}

// Only the web has queries for sure: a server of files that cuts `file://` off opens what is left, `?` and `#` in it.
function spellPath(path: string, rest: string, isWeb: boolean): readonly RawPath[] | UnresolvableLocation {
  const raw: RawPath[] = [];
  const add = (text: string, tail: string | undefined): string | undefined => {
    const { all, flaw } = spellingsOf(text);
    const end = text === "" ? "nothing" : /[\\/]$/.test(text) ? "slash" : "name";
    raw.push(...all.map((spelling) => ({ path: spelling, rest: tail, end }) as const));
    return flaw;
  };
  const flaw = (isWeb || rest === "" ? undefined : add(path + rest, undefined)) ?? add(path, rest);
  return flaw === undefined ? raw : unresolvable(flaw);
}

// As it stands, with backslashes, with escaped dots, without the parameters that some servers let follow a `;` in a name, and up to a `?`
// that a server sees only once it has decoded the path.
function readUrlPath(path: string, isRooted: boolean): readonly (readonly string[])[] {
  const slashed = path.split(/[\\/]/);
  const bare = slashed.map((name) => name.replace(/;.*$/s, ""));
  const cut = path.replace(/[?#].*$/s, "").split(/[\\/]/);
  const dotted = slashed.map((name) => (DOTS.test(name) ? name.replace(/%2e/gi, ".") : name));
  const ways = /[\\;?#]|%2e/i.test(path) ? [path.split("/"), bare, cut, dotted, slashed] : [slashed];
  return ways.flatMap((names) => {
    const walked = removeDotSegments(names, isRooted);
    return names.includes("", 1) && names.includes("..") ? [walkEmpty(names, isRooted), walked] : [walked];
  });
}

/** A step as browsers take it even while it is escaped. */
const DOTS = /^(?:\.|%2e){1,2}$/i;

/** As browsers do it: nothing between two slashes is a part, too, and the one that a `..` after it takes back. */
function walkEmpty(names: readonly string[], isRooted: boolean): readonly string[] {
  const named = (isRooted ? names.slice(1) : names).map((name) => name || NOTHING);
  return removeDotSegments(named, isRooted).filter((name) => name !== NOTHING);
}

const NOTHING = "\0";

function readAuthority(
  scheme: string,
  authority: string,
  path: string,
): readonly string[] | UnresolvableLocation {
  const isNamed = PORTS.has(scheme) || scheme === "file";
  if (path.startsWith("\\")) return unresolvable("it has a backslash after its host");
  if (!isNamed) return readOpaque(authority);
  if (authority.includes("@")) return unresolvable("it has a user name before its host");
  if (scheme === "file" && authority === "") return [""];
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{0,5}))?$/s.exec(authority) ?? [];
  const hosts = host ? readHost(host) : [];
  if (hosts.length === 0 || Number(port ?? 0) > 65_535)
    return unresolvable("its host is no plain host name or address");
  const number = port ? String(Number(port)) : "";
  const suffix = number === "" || number === PORTS.get(scheme) ? "" : `:${number}`;
  return scheme === "file" && hosts[0] === "localhost" ? [""] : hosts.map((name) => name + suffix);
}

// What stands there in a scheme of somebody's own is his to read: a host, or the first part of a path.
function readOpaque(authority: string): readonly string[] | UnresolvableLocation {
  const { all, flaw } = spellingsOf(authority);
  if (flaw !== undefined || all.length > 1 || /^\.+$/.test(authority))
    return unresolvable("what follows its // may be read in several ways");
  return [authority];
}

// The old national mapping turns these letters into others, the new one keeps them; joiners it drops.
const DEVIANT = /[\u00df\u1e9e\u03c2\u200c\u200d]/;

/** The names a host goes by, as browsers read it first; none when programs would disagree over it. */
function readHost(host: string): readonly string[] {
  if (/[%\s]/.test(host) || DEVIANT.test(host)) return [];
  const name = nameOf(host)?.replace(/\.$/, "");
  if (name === undefined || name === "" || /^\.|\.\.|\.$/.test(name)) return [];
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(name);
  if (mapped) return [name, fourBytes(Number.parseInt(mapped[1]! + mapped[2]!.padStart(4, "0"), 16))];
  // `010.0.0.1` is 8.0.0.1 to a browser, and 10.0.0.1 to whoever reads decimals.
  const decimal = /^\d+(?:\.\d+){3}\.?$/.test(host)
    ? nameOf(host.replace(/(^|\.)0+(?=\d)/g, "$1"))
    : undefined;
  return decimal === undefined || decimal === name ? [name] : [name, decimal.replace(/\.$/, "")];
}

function nameOf(host: string): string | undefined {
  if (!URL.canParse(`http://${host}/`)) return undefined;
  const { hostname, port, username, pathname } = new URL(`http://${host}/`);
  return username === "" && port === "" && pathname === "/" ? hostname : undefined;
}

function fourBytes(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** A URL as text, in one of its readings. */
export function writeUrl(
  { scheme, isRooted }: UrlReadings,
  authority: string | undefined,
  { parts: names, rest, end }: UrlPath,
): string {
  const joined = names.join("/");
  // A `?` or `#` that was decoded is part of a name, and would end the path.
  const path =
    rest === undefined ? joined : joined.replace(/[?#]/g, (sign) => (sign === "?" ? "%3f" : "%23"));
  const root = isRooted && end !== "nothing" ? "/" : "";
  const slash = end === "slash" && names.length > 0 ? "/" : "";
  return `${scheme}:${authority === undefined ? "" : `//${authority}`}${root}${path}${slash}${rest ?? ""}`;
}
