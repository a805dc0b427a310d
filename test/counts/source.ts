import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type ParseResult, parseSync } from "oxc-parser";

/** A file of `src` with its syntax. `file` is relative to `src`, with slashes; `room` is the folder it lies in there. */
export interface Source {
  readonly file: string;
  readonly room: string;
  readonly text: string;
  readonly syntax: ParseResult;
}

/** The folder of generated code: nobody reads it, so that nothing is counted in it. */
export const GENERATED = /^store\/generated(\/|$)/;

/** All TypeScript of the folder `src`, in the order of the files' names. */
export function readSources(src: string): readonly Source[] {
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => /\.tsx?$/.test(file) && !GENERATED.test(file))
    .sort()
    .map((file) => parseSource(file, readFileSync(path.join(src, file), "utf8")));
}

/** Throws an Error that names the file, when its text is no TypeScript. */
export function parseSource(file: string, text: string): Source {
  const syntax = parseSync(file, text);
  const [fault] = syntax.errors;
  if (fault) throw new Error(`${file}: ${fault.message}`);
  return { file, room: file.split("/")[0]!, text, syntax };
}

/** The line, counted from 1, on which a place of the text lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
