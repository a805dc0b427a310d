import { textsOf } from "./suspicion.ts";
import type { Pinnable } from "./types.ts";

/** Oddities of a tool beside all the others. */
export interface Lookalike {
  /** Its name passes for another tool's by letters of another script. */
  readonly isDisguised: boolean;
  readonly notes: readonly string[];
}

/** Tools whose names look like another's, or whose texts name a tool of another server. */
export function lookalikesOf(tools: readonly Pinnable[]): ReadonlyMap<Pinnable, Lookalike> {
  const bySkeleton = groupBy(tools, ({ original }) => skeletonOf(original));
  const byFull = groupBy(tools, ({ server, original }) => skeletonOf(`${server}${original}`));
  const owners = new Map<string, Pinnable[]>();
  for (const tool of tools)
    for (const name of new Set([tool.original, tool.name]))
      if (isDistinctive(name)) owners.set(name, [...(owners.get(name) ?? []), tool]);
  const found = new Map<Pinnable, Lookalike>();
  for (const tool of tools) {
    const twins = [
      ...(bySkeleton.get(skeletonOf(tool.original)) ?? []).filter(
        ({ original }) => original !== tool.original,
      ),
      ...(byFull.get(skeletonOf(`${tool.server}${tool.original}`)) ?? []).filter(
        ({ server, original }) => server !== tool.server && original === tool.original,
      ),
    ];
    const notes = [
      ...twins.slice(0, MOST).map((twin) => `its name looks like ${titleOf(twin)}`),
      ...mentionsOf(tool, owners)
        .slice(0, MOST)
        .map((other) => `its text speaks of ${titleOf(other)}`),
    ];
    if (notes.length > 0)
      found.set(tool, { isDisguised: twins.length > 0 && /[^\p{ASCII}]/u.test(tool.original), notes });
  }
  return found;
}

const MOST = 3;

function groupBy(tools: readonly Pinnable[], keyOf: (tool: Pinnable) => string): Map<string, Pinnable[]> {
  const groups = new Map<string, Pinnable[]>();
  for (const tool of tools) {
    const group = groups.get(keyOf(tool));
    if (group) group.push(tool);
    else groups.set(keyOf(tool), [tool]);
  }
  return groups;
}

function titleOf({ server, original }: Pinnable): string {
  return `${original} of ${server}`;
}

// Plain words such as "search" stand in every description.
function isDistinctive(name: string): boolean {
  return name.length >= 5 && /[a-z][A-Z]|[_-]/.test(name);
}

function mentionsOf(tool: Pinnable, owners: ReadonlyMap<string, readonly Pinnable[]>): Pinnable[] {
  const mentioned = new Set<Pinnable>();
  const { description, inputSchema, title } = tool.definition;
  const { texts } = textsOf([description ?? "", title ?? "", inputSchema ?? ""]);
  for (const text of texts)
    for (const [word] of text.matchAll(/[\w-]{5,128}/g)) {
      const named = owners.get(word);
      if (named?.every(({ server }) => server !== tool.server)) mentioned.add(named[0]!);
    }
  return [...mentioned];
}

// The letters that pass for Latin ones in common fonts (Unicode TR 39, the part that names of tools can be made of).
const ALIKE = new Map(
  Object.entries({
    a: "аαɑ",
    b: "ьЬ",
    c: "сϲ",
    d: "ԁ",
    e: "еєҽ",
    g: "ɡց",
    h: "һհ",
    i: "іι",
    j: "ј",
    k: "кκ",
    l: "ӏ1|I",
    m: "м",
    n: "ոпη",
    o: "оοօ0",
    p: "рρ",
    q: "ԛգ",
    r: "гᴦ",
    s: "ѕ",
    t: "тτ",
    u: "սυ",
    v: "ѵν",
    w: "ԝѡω",
    x: "хχ",
    y: "уγү",
    z: "ᴢ",
  }).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

/** One form for all names that a reader could take for one another. */
function skeletonOf(name: string): string {
  const folded = [...name.normalize("NFKC")].map((letter) => ALIKE.get(letter) ?? letter).join("");
  const lower = [...folded.toLowerCase()].map((letter) => ALIKE.get(letter) ?? letter).join("");
  return lower.replace(/[\s._-]|\p{Default_Ignorable_Code_Point}/gu, "");
}
