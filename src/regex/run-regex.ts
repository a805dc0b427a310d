import { textStart } from "./parse-regex.ts";

/** Instruction of a compiled regular expression. */
export type Instruction =
  | { readonly op: "character"; readonly test: (character: string) => boolean }
  | {
      readonly op: "assert";
      readonly test: (before: string | undefined, after: string | undefined) => boolean;
    }
  | { readonly op: "split"; readonly to: number[] }
  | { readonly op: "match" };

/** Budget of a compilation, counted down. */
export interface Work {
  left: number;
}

// Thompson's way: all places the expression can be at, moved on together, one character at a time.
export function runRegex(
  { program, firsts }: Compiled,
  text: string,
  spend: (steps: number) => void,
): boolean {
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
export function follow(
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

/** Program of a regular expression, and the characters that a match may begin with. */
export interface Compiled {
  readonly program: readonly Instruction[];
  /** By ASCII code, whether a match can begin there; undefined when it can begin anywhere. */
  readonly firsts: readonly boolean[] | undefined;
}
