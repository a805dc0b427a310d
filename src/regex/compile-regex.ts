import type { RegexDialect } from "./character-class.ts";
import { type Node, parseRegex } from "./parse-regex.ts";
import { follow, type Instruction, runRegex, type Work } from "./run-regex.ts";

/** A regular expression that reads the text once, whatever the text and the expression are. */
export interface Regex {
  /** True when some part of `text` matches. `spend` is told how much work was done, and may throw to end it. */
  test(text: string, spend: (steps: number) => void): boolean;
}

const MAX_INSTRUCTIONS = 5_000;
/** Parts written out; a group of nothing, repeated and repeated, makes work and no instructions. */
const MAX_EMITTED = 20_000;

/** Compiles an expression. @throws Error that says what is wrong */
export function compileRegex(source: string, dialect: RegexDialect = "re2"): Regex {
  const program: Instruction[] = [];
  emit(parseRegex(source, dialect), program, { left: MAX_EMITTED });
  program.push({ op: "match" });
  const firsts = firstCharacters(program);
  return { test: (text, spend) => runRegex({ program, firsts }, text, spend) };
}

function emit(node: Node, program: Instruction[], work: Work): void {
  if (program.length > MAX_INSTRUCTIONS || --work.left < 0)
    throw new Error("is too large once its repetitions are written out");
  switch (node.kind) {
    case "empty":
      return;
    case "character":
      program.push({ op: "character", test: node.test });
      return;
    case "assert":
      program.push({ op: "assert", test: node.test });
      return;
    case "sequence":
      for (const item of node.items) emit(item, program, work);
      return;
    case "choice":
      emitChoice(node.items, program, work);
      return;
    case "repeat":
      emitRepeat(node, program, work);
  }
}

function emitChoice(items: readonly Node[], program: Instruction[], work: Work): void {
  const fork = split(program);
  const exits: number[][] = [];
  for (const item of items) {
    fork.push(program.length);
    emit(item, program, work);
    exits.push(split(program));
  }
  for (const exit of exits) exit.push(program.length);
}

function emitRepeat(node: Node & { kind: "repeat" }, program: Instruction[], work: Work): void {
  for (let count = 0; count < node.min; count++) emit(node.item, program, work);
  if (node.max === Number.POSITIVE_INFINITY) {
    const top = program.length;
    const fork = split(program);
    fork.push(program.length);
    emit(node.item, program, work);
    split(program).push(top);
    fork.push(program.length);
    return;
  }
  const forks: number[][] = [];
  for (let count = node.min; count < node.max; count++) {
    const fork = split(program);
    fork.push(program.length);
    forks.push(fork);
    emit(node.item, program, work);
  }
  for (const fork of forks) fork.push(program.length);
}

export function split(program: Instruction[]): number[] {
  const to: number[] = [];
  program.push({ op: "split", to });
  return to;
}

// Most of a long text can not even begin a match; knowing how one begins lets that part pass at a glance.
function firstCharacters(program: readonly Instruction[]): readonly boolean[] | undefined {
  const reached = follow(program, [0], new Int32Array(program.length).fill(-1), 0, undefined, undefined);
  const starts = reached.map((place) => program[place]!);
  if (starts.some(({ op }) => op === "match" || op === "assert")) return undefined;
  const tests = starts.flatMap((start) => (start.op === "character" ? [start.test] : []));
  return Array.from({ length: 128 }, (_, code) => tests.some((test) => test(String.fromCharCode(code))));
}
