import type { Upstream } from "#upstreams";
import type { GivenUris } from "./given-uris.ts";
import type { Offer } from "./offers.ts";
import { fitOf } from "./uri-template.ts";

/** The addresses that servers list. */
export interface ListedAddresses {
  readonly resources: readonly Offer[];
  readonly templates: readonly Offer[];
}

/** The one server that a resource may be asked of: it lists the URI, has a template that fits, or gave it. */
export function holderAmong(
  uri: string,
  { resources, templates }: ListedAddresses,
  given: GivenUris,
): Upstream | undefined {
  const lister = resources.find(({ original }) => original === uri)?.upstream;
  if (lister) return lister;
  // A template that names no scheme fits whatever others give, and takes none of it.
  const [named, nameless] = [templates.filter(namesScheme), templates.filter((one) => !namesScheme(one))];
  return fittest(named, uri) ?? given.holderOf(uri) ?? fittest(nameless, uri);
}

function namesScheme({ original }: Offer): boolean {
  return original.split("{")[0]!.includes(":");
}

// Where several templates fit, the one that says most of the URI itself.
function fittest(templates: readonly Offer[], uri: string): Upstream | undefined {
  const fitting = templates.flatMap(({ original, upstream }) => {
    const literal = fitOf(original, uri);
    return literal === undefined ? [] : [{ literal, upstream }];
  });
  return fitting.sort((a, b) => b.literal - a.literal)[0]?.upstream;
}
