import { digestOf, isJsonObject, messageOf, PreloopError, readJson, writeJson } from "#base";

/** What became of a person's edit. */
export type Edited =
  | { readonly kind: "edited"; readonly args: string }
  | { readonly kind: "unchanged" }
  | { readonly kind: "given-up" };

/** Where an edit goes on, and what was wrong with it. */
export interface ArgumentDraft {
  readonly args: string;
  readonly message?: string;
}

/**
 * Lets a person edit arguments until they are a JSON object, or nothing. What is wrong stands in the file as comment
 * lines at its top. A draft is where an earlier edit stopped.
 */
export async function editArguments(
  source: string,
  edit: (text: string) => Promise<string | undefined>,
  draft?: ArgumentDraft,
): Promise<Edited> {
  let text = pretty(draft?.args ?? source);
  if (draft?.message !== undefined) text = commented(draft.message, text);
  for (;;) {
    const written = await edit(text);
    if (written === undefined)
      throw new PreloopError("usage", "The editor failed; $EDITOR names the one to use");
    const body = withoutComments(written);
    if (body.trim() === "") return { kind: "given-up" };
    const read = readArguments(body);
    if (read.args !== undefined) {
      const isSame = digestOf(readJson(read.args)) === digestOf(readJson(source));
      return isSame ? { kind: "unchanged" } : { kind: "edited", args: read.args };
    }
    // An editor that returns the same faulty text would be opened for ever.
    if (written === text) return { kind: "given-up" };
    text = commented(read.fault, body);
  }
}

const MARK = "// ";
const HELP = "Save an empty file to drop the edit.";

function commented(message: string, body: string): string {
  const lines = [...message.split("\n"), HELP].map((line) => `${MARK}${line}`);
  return `${lines.join("\n")}\n${body}`;
}

function withoutComments(text: string): string {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => !line.startsWith("//"));
  return first < 0 ? "" : lines.slice(first).join("\n");
}

function pretty(source: string): string {
  return `${writeJson(readJson(source), 2)}\n`;
}

function readArguments(
  text: string,
): { readonly args: string } | { readonly args?: never; readonly fault: string } {
  try {
    const value = readJson(text);
    if (isJsonObject(value)) return { args: writeJson(value) };
    return { fault: "The arguments must be one JSON object." };
  } catch (error) {
    return { fault: `This is not JSON that preloop accepts: ${messageOf(error)}` };
  }
}
