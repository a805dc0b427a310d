import { readFileSync, statSync } from "node:fs";
import { getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser";
import { codeOf, messageOf } from "#base";

/** No client's config is as large as this; a pipe or a disk image under its name is not read. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The bytes of a config file; undefined when there is none. @throws when it is there and no file of ordinary size */
export function readConfigBytes(file: string): Buffer | undefined {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) throw new Error("it is no plain file");
    if (stats.size > MAX_BYTES) throw new Error("it is larger than any config");
    return readFileSync(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

/** A text apart from the mark some editors put before it. */
export interface Text {
  readonly bom: string;
  readonly text: string;
}

/** Bytes as text. @throws when they are no UTF-8 */
export function decode(bytes: Uint8Array): Text {
  const whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  return whole.startsWith("\uFEFF") ? { bom: "\uFEFF", text: whole.slice(1) } : { bom: "", text: whole };
}

/** A text as the bytes it came from. */
export function encode({ bom, text }: Text): Buffer {
  return Buffer.from(bom + text, "utf8");
}

/** JSON with comments as a tree. @throws when it is none */
export function parseJsonTree(text: string): Node | undefined {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  if (errors.length > 0) throw new Error(`it is no JSON: line ${lineOf(text, errors[0]!.offset)}`);
  return tree;
}

/** JSON with comments as a value. @throws when it is none */
export function parseJson(text: string): unknown {
  const tree = parseJsonTree(text);
  return tree && (getNodeValue(tree) as unknown);
}

/** TOML as a value. @throws when it is none */
export async function parseToml(text: string): Promise<unknown> {
  const { parse } = await import("smol-toml");
  try {
    return parse(text);
  } catch (error) {
    // The parser quotes the line, and the line may hold a secret.
    throw new Error(`it is no TOML: ${messageOf(error).split("\n")[0]}`);
  }
}

/** The line ending of a text: the first one it uses. */
export function eolOf(text: string): string {
  return /\r\n|\n/.exec(text)?.[0] ?? "\n";
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
