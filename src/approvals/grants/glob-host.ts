import { fitsLiterals, HARMFUL, literalsOf } from "./glob-literals.ts";

/** A glob over URLs with a star before their path, in parts: a star for the host reaches no further than the host. */
export interface HostGlob {
  readonly scheme: readonly string[];
  readonly authority: readonly string[];
  readonly rest: readonly string[];
  /** What a star in the authority never stands for. */
  readonly harmful: RegExp;
}

/** The parts of such a glob; undefined for every other one. */
export function hostGlobOf(glob: string): HostGlob | undefined {
  const [, scheme = "", authority = "", rest = ""] =
    /^([a-z0-9+.*-]+):\/\/([^/\\?#]*)(.*)$/is.exec(glob) ?? [];
  if (!scheme.includes("*") && !authority.includes("*")) return undefined;
  const isToTheEnd = rest === "" && authority.endsWith("*");
  return {
    scheme: literalsOf(scheme),
    authority: literalsOf(authority),
    rest: literalsOf(isToTheEnd ? "*" : rest),
    harmful: harmfulFor(authority),
  };
}

/** Whether a URL fits, part by part. */
export function fitsHost(text: string, glob: HostGlob): boolean {
  const [, scheme = "", authority = "", rest = ""] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/\\?#]*)(.*)$/is.exec(text) ?? [];
  return (
    scheme !== "" &&
    fits(scheme, glob.scheme, /[^a-z0-9+.-]/i) &&
    fits(authority, glob.authority, glob.harmful) &&
    fits(rest, glob.rest, HARMFUL)
  );
}

function fits(text: string, literals: readonly string[], harmful: RegExp): boolean {
  return literals.length === 1 ? text === literals[0] : fitsLiterals(text, literals, harmful);
}

// `https://api*` means neither `api.evil.dev` nor `api@evil.dev`, while `*.acme.dev` may stand for several names.
function harmfulFor(authority: string): RegExp {
  if (authority === "*") return /[^\w.:-]/;
  return authority.startsWith("*") ? /[^\w.-]/ : /[^\w-]/;
}
