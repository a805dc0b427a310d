import { diffArrays } from "diff";
import { readJson } from "#base";
import { acceptanceOf } from "#pins";
import { shown } from "#views";
import { jsonText } from "../output/json.ts";
import { type KnownTool, titleOfPin } from "./known-tools.ts";

const CONTEXT = 2;

/** What is held of a tool, and how it differs from what was good before. */
export function heldLines(known: KnownTool): string[] {
  const held = known.held.at(-1)!;
  const why = known.accepted
    ? `${known.kind === "server" ? "is started or reached in another way" : "changed"} since ${known.accepted.acceptedAt!.toISOString().slice(0, 10)}`
    : `${known.kind === "instructions" ? "were" : "was"} never accepted`;
  const body = known.accepted
    ? difference(textOf(known.accepted.definition), textOf(held.definition))
    : textOf(held.definition).map((line) => `  ${line}`);
  const more =
    known.held.length > 1 ? [`  (and ${known.held.length - 1} older, to be accepted after it)`] : [];
  return [
    `! ${shown(titleOfPin(known))} ${why}`,
    ...held.flags.map((flag) => `  ^ ${shown(flag)}`),
    ...body,
    ...more,
    `  accept it: preloop tools accept ${acceptanceOfPin(known)}`,
    "",
  ];
}

function acceptanceOfPin(known: KnownTool): string {
  const isTool = known.kind === "tool" || known.kind === "server";
  return isTool ? shown(titleOfPin(known)) : acceptanceOf(known.latest);
}

// Line breaks inside a text become lines, so that a changed sentence is seen beside the old one.
function textOf(definition: string): string[] {
  return jsonText(readJson(definition))
    .replaceAll("\\n", "\\n\n")
    .split("\n")
    .map((line) => shown(line));
}

function difference(before: readonly string[], after: readonly string[]): string[] {
  const changes = diffArrays([...before], [...after], { maxEditLength: 2_000 }) ?? [
    { removed: true, added: false, value: [...before] },
    { removed: false, added: true, value: [...after] },
  ];
  return changes.flatMap(({ added, removed, value }, at) => {
    if (added || removed) return value.map((line) => `${added ? "+" : "-"} ${line}`);
    if (value.length <= 2 * CONTEXT) return value.map((line) => `  ${line}`);
    const head = at === 0 ? [] : value.slice(0, CONTEXT);
    const tail = at === changes.length - 1 ? [] : value.slice(-CONTEXT);
    return [...head, "…", ...tail].map((line) => `  ${line}`);
  });
}
