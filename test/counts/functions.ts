import { type Function as FunctionNode, Visitor } from "oxc-parser";
import { lineAt, type Source } from "./source.ts";

/** A function, where it begins, and its length in lines. */
export interface FunctionSize {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly lines: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Every function that has a body: declared, assigned, arrow, method, accessor, constructor, closure. Its lines reach from
 * the word `function`, or its parameters where there is none, to the end of its body, blank lines and comments included
 * and its docstring not. A function inside another one counts by itself, and its lines count in the outer one too: a
 * factory is as long as all that it holds.
 */
export function functionsOf({ file, text, syntax }: Source): readonly FunctionSize[] {
  const found: FunctionSize[] = [];
  const names = new Map<unknown, string>();
  const nameIt = (value: unknown, key: Span & { readonly name?: unknown }) =>
    void names.set(value, typeof key.name === "string" ? key.name : text.slice(key.start, key.end));
  const add = (node: Span, name: string | undefined) => {
    const line = lineAt(text, node.start);
    found.push({ file, line, name: name ?? "a closure", lines: lineAt(text, node.end) - line + 1 });
  };
  const addOne = (node: FunctionNode) => {
    if (node.body) add(node, node.id?.name ?? names.get(node));
  };
  new Visitor({
    VariableDeclarator: ({ id, init }) => nameIt(init, id),
    Property: ({ key, value }) => nameIt(value, key),
    MethodDefinition: ({ key, value }) => nameIt(value, key),
    PropertyDefinition: ({ key, value }) => nameIt(value, key),
    FunctionDeclaration: addOne,
    FunctionExpression: addOne,
    ArrowFunctionExpression: (node) => add(node, names.get(node)),
  }).visit(syntax.program);
  return found;
}
