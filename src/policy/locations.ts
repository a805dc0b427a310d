import type { Environment } from "@marcbachmann/cel-js";
import { foldCase } from "#base";
import { compileGlob } from "./glob.ts";
import type { LocalFiles } from "./local-places.ts";
import type { Meter } from "./meter.ts";
import {
  DisputedLocation,
  hasPathName,
  isPathWithin,
  isUrlWithin,
  type NameFits,
  UnclearLocation,
} from "./within.ts";

/** Files of the judged call for the functions over paths and URLs, and the dispute that they found. */
export interface LocationScope {
  files?: LocalFiles | undefined;
  /** The first place that programs disagree over. */
  dispute?: DisputedLocation | undefined;
}

/** Adds `path.within`, `path.hasPart`, `path.hasName` and `url.within` to CEL. */
export function registerLocations(environment: Environment, scope: LocationScope, { spend }: Meter): void {
  const over =
    (judge: (text: string, list: readonly string[]) => boolean) =>
    (_: unknown, value: unknown, list: unknown) => {
      const [text, texts] = [textOf(value), textsOf(list)];
      spend(costOf(text, texts, scope.files !== undefined));
      try {
        return judge(text, texts);
      } catch (error) {
        // CEL may go on and report another fault than this one.
        if (error instanceof DisputedLocation) scope.dispute ??= error;
        throw error;
      }
    };
  environment
    .registerType("preloop.Path", { ctor: PathFunctions, fields: {} })
    .registerType("preloop.Url", { ctor: UrlFunctions, fields: {} })
    .registerConstant("path", "preloop.Path", new PathFunctions())
    .registerConstant("url", "preloop.Url", new UrlFunctions())
    .registerFunction(
      "preloop.Path.within(dyn, dyn): bool",
      over((text, roots) => isPathWithin(text, roots, scope.files)),
    )
    .registerFunction(
      "preloop.Path.hasPart(dyn, dyn): bool",
      over((text, globs) => hasPathName(text, fitsOneOf(globs), { which: "every", files: scope.files })),
    )
    .registerFunction(
      "preloop.Path.hasName(dyn, dyn): bool",
      over((text, globs) => hasPathName(text, fitsOneOf(globs), { which: "last", files: scope.files })),
    )
    .registerFunction("preloop.Url.within(dyn, dyn): bool", over(isUrlWithin));
}

class PathFunctions {}
class UrlFunctions {}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  throw new UnclearLocation("a path or URL is a text, and this is none");
}

function textsOf(value: unknown): readonly string[] {
  const texts = Array.isArray(value) ? value.map(textOf) : [textOf(value)];
  if (texts.length === 0) throw new UnclearLocation("there is nothing to compare a path or URL with");
  return texts;
}

function fitsOneOf(sources: readonly string[]): NameFits {
  const globs = sources.map(compileGlob);
  const folded = sources.map((source) => compileGlob(foldCase(source)));
  return (name, isFolded) => (isFolded ? folded : globs).some((glob) => glob.matches(name));
}

/** Letters that need no spelling out, and of which there is but one reading. */
const PLAIN = /^[\w./ -]*$/;
const FOLLOWING_LINKS = 2_000;

// A text in many spellings is read in each, for every root.
function costOf(text: string, list: readonly string[], areLocal: boolean): number {
  const length = text.length + list.reduce((sum, item) => sum + item.length, 0);
  const reading = 20 + (length >> 1);
  const readings = PLAIN.test(text) ? 1 : 20;
  return reading * readings * (1 + (list.length >> 2)) + (areLocal ? FOLLOWING_LINKS * readings : 0);
}
