import { createScanner, findNodeAtLocation, type Node } from "jsonc-parser";
import { eolOf, parseJsonTree } from "./read-file.ts";

/** A stretch of text and what is put in its place. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Edit of one map of servers. */
export interface MapEdit {
  readonly at: readonly string[];
  readonly remove: readonly string[];
  /** Put where the first removed one stood. */
  readonly insert?: { readonly name: string; readonly value: unknown };
}

/** The text with members cut out and one put in; every comment outside of them, and all else, stays as it was. */
export function editMap(text: string, edit: MapEdit): string {
  const map = mapAt(text, edit.at);
  const members = map.children ?? [];
  const commas = members.map((member) => commaAfter(text, member, map));
  const gone = members.map((member) => edit.remove.includes(keyOf(member)));
  const first = gone.indexOf(true);
  const splices: Splice[] = [];
  if (edit.insert && first >= 0) {
    const member = members[first]!;
    splices.push({ from: member.offset, to: endOf(member), text: memberText(text, member, edit.insert) });
    gone[first] = false;
  }
  const lastKept = gone.lastIndexOf(false);
  gone.forEach((isGone, index) => {
    if (isGone) splices.push(...cut(text, members[index]!, commas[index]));
  });
  // Without a trailing comma before, there must be none now.
  const dangling = commas[lastKept];
  if (lastKept >= 0 && lastKept < members.length - 1 && commas.at(-1) === undefined && dangling !== undefined)
    splices.push({ from: dangling, to: dangling + 1, text: "" });
  return applySplices(text, splices);
}

/** The source of each member of a map, by its key. */
export function memberSources(text: string, at: readonly string[]): Map<string, string> {
  const members = mapAt(text, at).children ?? [];
  return new Map(members.map((member) => [keyOf(member), text.slice(member.offset, endOf(member))]));
}

/** The text with one member replaced by others, given as source text. */
export function replaceMember(
  text: string,
  at: readonly string[],
  name: string,
  sources: readonly string[],
): string | undefined {
  const map = mapAt(text, at);
  const member = map.children?.find((child) => keyOf(child) === name);
  if (!member) return undefined;
  if (sources.length === 0) return editMap(text, { at, remove: [name] });
  const isBlock = text.slice(map.offset, member.offset).includes("\n");
  const gap = isBlock ? `,${eolOf(text)}${indentAt(text, member.offset)}` : ", ";
  return applySplices(text, [{ from: member.offset, to: endOf(member), text: sources.join(gap) }]);
}

/** The text with one more item at the end of a list. */
export function appendItem(text: string, at: readonly string[], item: unknown): string {
  const tree = parseJsonTree(text);
  const list = tree && findNodeAtLocation(tree, [...at]);
  if (list?.type !== "array") throw new Error(`there is no list ${at.join(".")}`);
  const last = list.children?.at(-1);
  const from = last ? endOf(last) : list.offset + 1;
  return applySplices(text, [{ from, to: from, text: `${last ? ", " : ""}${JSON.stringify(item)}` }]);
}

/** The text with all splices made at once. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  return [...splices]
    .sort((a, b) => b.from - a.from)
    .reduce((now, { from, to, text: put }) => now.slice(0, from) + put + now.slice(to), text);
}

function mapAt(text: string, at: readonly string[]): Node {
  const tree = parseJsonTree(text);
  const node = tree && findNodeAtLocation(tree, [...at]);
  if (node?.type !== "object") throw new Error(`there is no ${at.join(".")}`);
  return node;
}

function keyOf(member: Node): string {
  return String(member.children?.[0]?.value);
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

function commaAfter(text: string, member: Node, map: Node): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(endOf(member));
  scanner.scan();
  const isComma = text[scanner.getTokenOffset()] === "," && scanner.getTokenOffset() < endOf(map);
  return isComma ? scanner.getTokenOffset() : undefined;
}

// A member that has its lines to itself takes them along; otherwise the blanks before it go.
function cut(text: string, member: Node, comma: number | undefined): Splice[] {
  const joined = comma !== undefined && text.slice(endOf(member), comma).trim() === "";
  const end = joined ? comma + 1 : endOf(member);
  const apart = comma !== undefined && !joined ? [{ from: comma, to: comma + 1, text: "" }] : [];
  const indent = indentAt(text, member.offset);
  const lineStart = member.offset - indent.length;
  const rest = /^[ \t]*(\r\n|\n|$)/.exec(text.slice(end))?.[0];
  const isAlone = (lineStart === 0 || text[lineStart - 1] === "\n") && rest !== undefined;
  if (isAlone) return [{ from: lineStart, to: end + rest.length, text: "" }, ...apart];
  return [{ from: lineStart, to: end, text: "" }, ...apart];
}

function indentAt(text: string, offset: number): string {
  return /[ \t]*$/.exec(text.slice(Math.max(0, offset - 1_000), offset))![0];
}

function memberText(
  text: string,
  member: Node,
  { name, value }: { readonly name: string; readonly value: unknown },
): string {
  const key = JSON.stringify(name);
  const own = text.slice(member.offset, endOf(member));
  const isBlock =
    text.slice(Math.max(0, text.lastIndexOf("\n", member.offset) + 1), member.offset).trim() === "";
  if (!isBlock || !own.includes("\n")) return `${key}: ${inline(value)}`;
  const indent = indentAt(text, member.offset);
  const inner = /\n([ \t]+)"/.exec(own)?.[1] ?? `${indent}  `;
  const unit = inner.startsWith(indent) && inner.length > indent.length ? inner.slice(indent.length) : "  ";
  const lines = Object.entries(value as object).map(
    ([each, item]) => `${indent}${unit}${JSON.stringify(each)}: ${inline(item)}`,
  );
  const eol = eolOf(text);
  return `${key}: {${eol}${lines.join(`,${eol}`)}${eol}${indent}}`;
}

// `{ "command": "preloop" }`, as people write it on one line.
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}
