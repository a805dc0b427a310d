import { foldCase, looseReadings, readUrl, resolveUrl } from "#base";
import { compileGlob, covers, type Glob, overlap } from "./glob.ts";

/** A URI to be compared with globs; `prefix` is what stands before it in what they are over. */
export interface UriNames {
  /** Whether globs of an allow name it: a server may read a URI in any of its ways, so all of them must be named. */
  areAllowed(globs: readonly Glob[], prefix?: string): boolean;
  /** Whether globs of whatever does not allow name it: in one way of reading it, or perhaps, where nobody can be sure. */
  areStopped(globs: readonly Glob[], prefix?: string): boolean;
}

/** Makes a URI ready to be compared; it is read once, when a glob asks. */
export function uriNames(uri: string): UriNames {
  let known: Forms | undefined;
  const forms = () => {
    known ??= formsOf(uri);
    return known;
  };
  return {
    areAllowed(globs, prefix = "") {
      const { sure } = forms();
      // Whoever allows a server whatever it has allows what nobody can be sure of, too.
      if (!sure) return prefix !== "" && globs.some(({ source }) => covers(source, `${prefix}*`));
      return sure.every((form) => globs.some((glob) => glob.matches(prefix + form)));
    },
    areStopped(globs, prefix = "") {
      const { sure, all, folded } = forms();
      const start = foldCase(prefix);
      return globs.some((glob) => {
        if (all.some((form) => glob.matches(prefix + form))) return true;
        const fold = foldedGlob(glob);
        if (folded.some((form) => fold.matches(start + form))) return true;
        return !sure && mayMean(fold.source, start, schemeOf(uri));
      });
    },
  };
}

interface Forms {
  /** As written and as every careful program reads it; undefined where that is not sure. */
  readonly sure: readonly string[] | undefined;
  /** With what careless programs make of it. */
  readonly all: readonly string[];
  readonly folded: readonly string[];
}

function formsOf(uri: string): Forms {
  const [location, read] = [resolveUrl(uri), readUrl(uri)];
  if (location.kind === "unresolvable" || read.kind === "unresolvable")
    return { sure: undefined, all: [uri], folded: [foldCase(uri)] };
  const sure = [...new Set([uri, ...location.readings])];
  const all = [...new Set([...sure, ...looseReadings(read)])];
  return { sure, all, folded: [...new Set(all.map(foldCase))] };
}

const foldedGlobs = new WeakMap<Glob, Glob>();

function foldedGlob(glob: Glob): Glob {
  const found = foldedGlobs.get(glob);
  if (found) return found;
  const folded = compileGlob(foldCase(glob.source));
  foldedGlobs.set(glob, folded);
  return folded;
}

/** Whether a glob could be over URIs of the scheme; without one, over URIs of any. */
function mayMean(glob: string, prefix: string, scheme: string | undefined): boolean {
  if (scheme !== undefined) return overlap(glob, `${prefix}${scheme}:*`);
  return /^[*?]|:/.test(glob) && overlap(glob, `${prefix}*`);
}

// A server may drop blanks before it, or in the middle.
function schemeOf(uri: string): string | undefined {
  return /^([a-z][a-z0-9+.-]*):/.exec(foldCase(uri.replace(/[\s\p{C}]/gu, "").normalize("NFKC")))?.[1];
}
