import { compileSafeGlob, type GrantRequest } from "#approvals";
import {
  canonicalJson,
  isJsonObject,
  type Json,
  type JsonObject,
  type Masking,
  readJson,
  redactJson,
} from "#base";
import { type Approval, GRANT_SCOPES, type GrantScope, isWhole, type ListedApproval } from "#model";
import { GRANT_LIFETIMES, type GrantLifetime, lifetimeOf } from "#views";

/** One argument of the pattern; without a glob it must equal the approved one. */
export interface GrantField {
  readonly name: string;
  /** The approved value as globs see it: a string itself, anything else as JSON. */
  readonly approved: string;
  readonly glob: string | undefined;
  /** Whether the approved value holds a secret that is masked; then it is not shown for a pattern either. */
  readonly isMasked: boolean;
}

/** A grant while a person shapes it. The cursor walks scope, lifetime, the fields, and the confirmation. */
export interface GrantForm {
  readonly scope: GrantScope;
  readonly lifetime: GrantLifetime;
  readonly fields: readonly GrantField[];
  readonly cursor: number;
  readonly code: string;
  readonly typed: string;
}

/** A grant as it is first offered; without `masking`, secrets in the arguments may be seen. */
export function openGrantForm(approval: Approval, code: string, masking?: Masking): GrantForm {
  const args = readJson(approval.effectiveArgs);
  const fields = isJsonObject(args) ? fieldsOf(args, masking) : [];
  return { scope: "exact", lifetime: "session", fields, cursor: 0, code, typed: "" };
}

function fieldsOf(args: JsonObject, masking: Masking | undefined): readonly GrantField[] {
  const shown = Object.values(masking ? (redactJson(args, masking) as JsonObject) : args).map(globText);
  return Object.entries(args).map(([name, value], at) => {
    const approved = globText(value);
    return { name, approved, glob: undefined, isMasked: shown[at] !== approved };
  });
}

/** Row of the form that the cursor can stand on. */
export type GrantRow =
  | { readonly kind: "scope" }
  | { readonly kind: "lifetime" }
  | { readonly kind: "confirm" }
  | { readonly kind: "field"; readonly at: number };

export function grantRows({ scope, fields }: GrantForm): readonly GrantRow[] {
  const named = scope === "pattern" ? fields.map((_, at) => ({ kind: "field" as const, at })) : [];
  return [{ kind: "scope" }, { kind: "lifetime" }, ...named, { kind: "confirm" }];
}

/** Turns the row under the cursor one choice on or back. */
export function turnGrantRow(form: GrantForm, step: 1 | -1): GrantForm {
  const row = grantRows(form)[form.cursor];
  if (row?.kind === "scope") return { ...form, scope: turn(GRANT_SCOPES, form.scope, step), typed: "" };
  if (row?.kind === "lifetime")
    return { ...form, lifetime: turn(GRANT_LIFETIMES, form.lifetime, step), typed: "" };
  if (row?.kind !== "field") return form;
  const field = form.fields[row.at]!;
  return setGlob(form, row.at, turn(proposals(field), field.glob, step));
}

/** Types into, or deletes from, the row under the cursor. */
export function typeGrantRow(form: GrantForm, edit: (text: string) => string): GrantForm {
  const row = grantRows(form)[form.cursor];
  if (row?.kind === "confirm") return { ...form, typed: edit(form.typed) };
  if (row?.kind !== "field") return form;
  const field = form.fields[row.at]!;
  return setGlob(form, row.at, edit(field.glob ?? (field.isMasked ? "" : literal(field.approved))));
}

export function moveGrantCursor(form: GrantForm, step: number): GrantForm {
  const last = grantRows(form).length - 1;
  return { ...form, cursor: Math.min(last, Math.max(0, form.cursor + step)), typed: "" };
}

/** The grant as the store wants it. */
export function grantRequest({ scope, lifetime, fields }: GrantForm): GrantRequest {
  const named = fields.filter((field) => field.glob !== undefined);
  return {
    scope,
    ...(scope === "pattern"
      ? { pattern: Object.fromEntries(named.map(({ name, glob }) => [name, glob!])) }
      : {}),
    lifetime: lifetimeOf(lifetime),
  };
}

/** Which earlier calls of the tool the grant would have let pass, whatever their session. */
export function wouldHaveMatched(
  form: GrantForm,
  approval: ListedApproval,
  past: readonly ListedApproval[],
): readonly ListedApproval[] {
  if (form.scope === "tool") return past;
  if (form.scope === "exact")
    return past.filter((other) => other.proposedDigest === approval.effectiveDigest);
  // Arguments that are too long for a listing are not tried.
  return past.filter((other) => isWhole(other) && matchesFields(form.fields, readJson(other.proposedArgs)));
}

function matchesFields(fields: readonly GrantField[], args: Json): boolean {
  if (!isJsonObject(args) || Object.keys(args).length !== fields.length) return false;
  return fields.every(({ name, approved, glob }) => {
    if (!Object.hasOwn(args, name)) return false;
    const text = globText(args[name]!);
    return glob === undefined
      ? text === approved
      : compileSafeGlob(glob)(text, typeof args[name] !== "string");
  });
}

function globText(value: Json): string {
  return typeof value === "string" ? value : canonicalJson(value);
}

/** A glob that stands for this very text. */
function literal(text: string): string {
  return text.replaceAll(/[\\*]/g, "\\$&");
}

/** Why the form cannot be sent as it is. */
export function grantFault({ scope, fields }: GrantForm): string | undefined {
  if (scope !== "pattern") return undefined;
  const named = fields.filter(({ glob }) => glob !== undefined);
  if (named.length === 0)
    return "a pattern names at least one argument: move to one and press ← or →, or type";
  const missed = named.find(({ glob, approved }) => !compileSafeGlob(glob!)(approved));
  return missed && "the pattern does not cover the call that is being approved";
}

function setGlob(form: GrantForm, at: number, glob: string | undefined): GrantForm {
  const fields = form.fields.map((field, index) => (index === at ? { ...field, glob } : field));
  return { ...form, fields, typed: "" };
}

// As approved, the same folder, anything, and what was typed.
function proposals({ approved, glob, isMasked }: GrantField): readonly (string | undefined)[] {
  const folder = isMasked ? undefined : /^(.*[/\\])[^/\\\n]+$/.exec(approved)?.[1];
  const inFolder = folder === undefined ? [] : [`${literal(folder)}*`];
  return [...new Set([undefined, ...inFolder, "*", glob])];
}

function turn<Choice>(choices: readonly Choice[], current: Choice, step: 1 | -1): Choice {
  const at = choices.indexOf(current);
  return choices[(at + step + choices.length) % choices.length]!;
}
