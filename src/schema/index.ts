/** JSON Schema: whether a value fits what a tool says of its arguments. Bounded work; no code is made, nothing fetched. */
export { ANY, type ArgumentsRead, type ReadPath, readArguments, schemaOf } from "./arguments.ts";
export { compileSchema } from "./compile.ts";
export type { Fit, Misfit, Schema, Unchecked } from "./types.ts";
