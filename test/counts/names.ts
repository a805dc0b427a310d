import type { Source } from "./source.ts";

/** An exported name and the files that define it, in more than one room. */
export interface DoubledName {
  readonly name: string;
  readonly files: readonly string[];
}

/** The names that a file defines and exports, types too; what it passes on from another file is not its own. */
export function exportedNames({ syntax }: Source): readonly string[] {
  const entries = syntax.module.staticExports.flatMap((statement) => statement.entries);
  const own = entries.filter((entry) => !entry.moduleRequest);
  // An overloaded function is listed once for each of its shapes.
  return [...new Set(own.flatMap(({ exportName }) => exportName.name ?? []))];
}

/** The exported names that are defined in two rooms or more, by the alphabet. */
export function doubledNames(sources: readonly Source[]): readonly DoubledName[] {
  const homes = new Map<string, Source[]>();
  for (const source of sources)
    for (const name of exportedNames(source)) homes.set(name, [...(homes.get(name) ?? []), source]);
  return [...homes]
    .filter(([, definers]) => new Set(definers.map(({ room }) => room)).size > 1)
    .map(([name, definers]) => ({ name, files: definers.map(({ file }) => file) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
