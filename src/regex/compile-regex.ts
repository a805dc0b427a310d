import type { RegexDialect } from "./character-class.ts";
import { type Node, parseRegex, textStart } from "./parse-regex.ts";

/** A regular expression that reads the text once, whatever the text and the expression are. */
export interface Regex {
  /** True when some part of `text` matches. `spend` is told how much work was done, and may throw to end it. */
  test(text: string, spend: (steps: number) => void): boolean;
}

type Instruction =
  | { readonly op: "character"; readonly test: (character: string) => boolean }
  | {
      readonly op: "assert";
      readonly test: (before: string | undefined, after: string | undefined) => boolean;
    }
  | { readonly op: "split"; readonly to: number[] }
  | { readonly op: "match" };

const MAX_INSTRUCTIONS = 5_000;
/** Parts written out; a group of nothing, repeated and repeated, makes work and no instructions. */
const MAX_EMITTED = 20_000;

interface Work {
  left: number;
}

/** Compiles an expression. @throws Error that says what is wrong */
export function compileRegex(source: string, dialect: RegexDialect = "re2"): Regex {
  const program: Instruction[] = [];
  emit(parseRegex(source, dialect), program, { left: MAX_EMITTED });
  program.push({ op: "match" });
  const firsts = firstCharacters(program);
  return { test: (text, spend) => run({ program, firsts }, text, spend) };
}

interface Compiled {
  readonly program: readonly Instruction[];
  /** By ASCII code, whether a match can begin there; undefined when it can begin anywhere. */
  readonly firsts: readonly boolean[] | undefined;
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

function split(program: Instruction[]): number[] {
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

// Thompson's way: all places the expression can be at, moved on together, one character at a time.
function run({ program, firsts }: Compiled, text: string, spend: (steps: number) => void): boolean {
  const seen = new Int32Array(program.length).fill(-1);
  const anchored = program[0]!.op === "assert" && program[0]!.test === textStart.test;
  let places: number[] = [];
  let before: string | undefined;
  for (let at = 0; ; ) {
    if (places.length === 0 && firsts) {
      const from = at;
      while (at < text.length && firsts[text.charCodeAt(at)] === false) at++;
      spend((at - from) >> 6);
      if (at > from) before = text[at - 1];
    }
    const character = at < text.length ? String.fromCodePoint(text.codePointAt(at)!) : undefined;
    if (at === 0 || !anchored) places.push(0); // a match may begin here
    if (places.length === 0) return false;
    const reached = follow(program, places, seen, at, before, character);
    spend(reached.length + 1);
    places = [];
    for (const place of reached) {
      const instruction = program[place]!;
      if (instruction.op === "match") return true;
      if (instruction.op === "character" && character !== undefined && instruction.test(character))
        places.push(place + 1);
    }
    if (character === undefined) return false;
    at += character.length;
    before = character;
  }
}

// Every instruction that can be reached from `places` without reading a character, each once.
function follow(
  program: readonly Instruction[],
  places: number[],
  seen: Int32Array,
  position: number,
  before: string | undefined,
  after: string | undefined,
): number[] {
  const reached: number[] = [];
  while (places.length > 0) {
    const place = places.pop()!;
    if (seen[place] === position) continue;
    seen[place] = position;
    reached.push(place);
    const instruction = program[place]!;
    if (instruction.op === "split") places.push(...instruction.to);
    else if (instruction.op === "assert" && instruction.test(before, after)) places.push(place + 1);
  }
  return reached;
}
