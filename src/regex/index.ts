/** Regular expressions that read a text once, whoever wrote the expression and the text: no input makes them hang. */
export type { RegexDialect } from "./character-class.ts";
export { compileRegex, type Regex } from "./compile-regex.ts";
