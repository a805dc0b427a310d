import type { Json } from "#base";

/** One way in which a value does not fit its schema. */
export interface Misfit {
  /** The keys and indexes that lead to it; empty for the value itself. A missing member's own key is part of it. */
  readonly path: readonly (string | number)[];
  /** What it must be, as in `must be string`. */
  readonly message: string;
}

/** Result of checking a value against a schema. */
export type Fit =
  | { readonly kind: "fits" }
  | { readonly kind: "misfits"; readonly misfits: readonly Misfit[] }
  /** Finding out would take more work than one value may cost. */
  | { readonly kind: "unknown"; readonly why: string };

/** A part of a schema that is not checked. */
export interface Unchecked {
  /** An expression that the linear engine does not know, or a reference that leads out of the schema or nowhere. */
  readonly kind: "pattern" | "reference";
  /** In words for a log. */
  readonly text: string;
}

/** A JSON Schema made ready. */
export interface Schema {
  /** Why the schema is of no use at all, and every value fits it. */
  readonly problem?: string;
  readonly unchecked: readonly Unchecked[];
  fit(value: Json): Fit;
}

/** Check of one part of a schema, ready to be tried: true when the value fits; otherwise the run is told how it does not. */
export type SchemaCheck = (value: Json, run: ValidationRun) => boolean;

/** Run of one value through a schema. */
export interface ValidationRun {
  left: number;
  depth: number;
  readonly path: (string | number)[];
  /** Undefined while an alternative is tried that may fail. */
  misfits: Misfit[] | undefined;
  /** Members and items that a keyword has evaluated (JSON Schema 2020-12, section 11); undefined where no keyword asks. */
  evaluated: EvaluatedMembers | undefined;
}

/** Members and items that are evaluated: `unevaluatedProperties` and `unevaluatedItems` leave them alone. */
export interface EvaluatedMembers {
  readonly keys: Set<string>;
  readonly indexes: Set<number>;
  allKeys: boolean;
  allItems: boolean;
}

/** Means of making the keywords of one schema object ready. */
export interface Compiling {
  /** A schema inside this one. */
  sub(schema: Json | undefined): SchemaCheck;
  /** What a reference leads to. */
  ref(target: string): SchemaCheck;
  /** An expression of the schema's; undefined for one that cannot be checked. */
  pattern(source: string): Pattern | undefined;
}

/** Says whether a text matches. */
export type Pattern = (text: string, run: ValidationRun) => boolean;

/** Makes the keywords of one kind ready: those that the schema has, and that mean something. */
export type Keywords = (schema: { readonly [key: string]: Json }, at: Compiling) => readonly SchemaCheck[];

/** Error for a schema that is of no use; the message says why. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}
