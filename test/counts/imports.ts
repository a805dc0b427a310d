import path from "node:path";
import { Visitor } from "oxc-parser";
import type { Source } from "./source.ts";

/** What a file imports, as it is written there: values and types, kept or passed on, at once or later. */
export function importsOf({ text, syntax }: Source): readonly string[] {
  const { staticImports, staticExports, dynamicImports } = syntax.module;
  const passedOn = staticExports.flatMap((statement) => statement.entries);
  const inTypes: string[] = [];
  new Visitor({ TSImportType: (node) => void inTypes.push(node.source.value) }).visit(syntax.program);
  return [
    ...staticImports.map((one) => one.moduleRequest.value),
    ...passedOn.flatMap((one) => one.moduleRequest?.value ?? []),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
    ...inTypes,
  ];
}

/**
 * The circles of files that import each other, each by the alphabet: for types alone and later, by `import()`, as well.
 * Between rooms there are none, as a room enters lower floors only.
 */
export function circlesOf(sources: readonly Source[]): readonly (readonly string[])[] {
  const graph = new Map(sources.map((source) => [source.file, neighbours(source)]));
  const reached = new Map([...graph.keys()].map((file) => [file, reachableFrom(file, graph)]));
  const meet = (a: string, b: string) => reached.get(a)!.has(b) && reached.get(b)!.has(a);
  const circles = new Map<string, readonly string[]>();
  for (const file of graph.keys()) {
    const circle = [...graph.keys()].filter((other) => meet(file, other));
    if (circle[0] !== undefined) circles.set(circle[0], circle);
  }
  return [...circles.values()];
}

function neighbours(source: Source): readonly string[] {
  const inside = importsOf(source).filter((target) => target.startsWith("."));
  return inside.map((target) => path.posix.join(path.posix.dirname(source.file), target));
}

function reachableFrom(file: string, graph: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [file];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const other of graph.get(next) ?? [])
      if (!reached.has(other)) {
        reached.add(other);
        open.push(other);
      }
  return reached;
}
