import { lineAt, type Source } from "./source.ts";

/** An exported type (interface, alias, class or enum) and the first sentence or line of its docstring. */
export interface Docstring {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly opening: string;
}

const TYPES = /^(TSInterfaceDeclaration|TSTypeAliasDeclaration|TSEnumDeclaration|ClassDeclaration)$/;
const QUESTION_WORD = /^(what|who|whom|whose|which|how|when|where|why|whether)\b/i;

/** The docstrings of the types that a file exports; a type without one is left out. */
export function typeDocstrings({ file, text, syntax }: Source): readonly Docstring[] {
  const docstrings = syntax.comments.filter(({ type, value }) => type === "Block" && value.startsWith("*"));
  return syntax.program.body.flatMap((statement) => {
    if (statement.type !== "ExportNamedDeclaration" || !statement.declaration) return [];
    const { declaration } = statement;
    if (!TYPES.test(declaration.type) || !("id" in declaration) || !declaration.id) return [];
    const { start, end } = declaration.id;
    const own = docstrings.findLast(
      (one) => one.end <= statement.start && text.slice(one.end, statement.start).trim() === "",
    );
    const line = lineAt(text, statement.start);
    return own ? [{ file, line, name: text.slice(start, end), opening: openingOf(own.value) }] : [];
  });
}

/** Whether a docstring opens with a question word, where the noun that the type is would tell more. */
export function opensWithQuestion({ opening }: Docstring): boolean {
  return QUESTION_WORD.test(opening);
}

function openingOf(comment: string): string {
  return comment
    .replace(/^[\s*]+/, "")
    .split("\n")[0]!
    .trim();
}
