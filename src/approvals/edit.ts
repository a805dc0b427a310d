import {
  digestOf,
  isJsonObject,
  type Json,
  type JsonObject,
  messageOf,
  PreloopError,
  readJson,
  writeJson,
} from "#base";
import { compileSchema, type Misfit } from "#schema";

/** A person's arguments, checked, on one line, with their digest. */
export interface CheckedEdit {
  readonly args: string;
  readonly digest: string;
  /** Parts of the tool's schema that they could not be checked against. */
  readonly unchecked: readonly string[];
}

/** Reads edited arguments and checks them against the tool's input schema. @throws arguments_invalid */
export function checkEdit(text: string, inputSchema: string | undefined): CheckedEdit {
  const args = readArguments(text);
  const unchecked = inputSchema === undefined ? [] : checkAgainst(inputSchema, args);
  // One line: what runs goes into a frame that ends with the line.
  return { args: writeJson(args), digest: digestOf(args), unchecked };
}

function readArguments(text: string): JsonObject {
  let value: Json;
  try {
    value = readJson(text);
  } catch (error) {
    throw invalid(`they are not JSON that preloop accepts: ${messageOf(error)}`);
  }
  if (!isJsonObject(value)) throw invalid("they must be one JSON object");
  return value;
}

const MAX_ERRORS = 5;

// The schema is a server's, so it is tried in bounded work: an expression must not hang whoever edits.
function checkAgainst(schemaText: string, args: JsonObject): readonly string[] {
  const schema = compileSchema(readSchema(schemaText));
  const lost = schema.unchecked.find(({ kind }) => kind === "reference");
  const problem = schema.problem ?? lost?.text;
  if (problem !== undefined) throw useless(problem);
  const fit = schema.fit(args);
  if (fit.kind === "unknown") throw useless(fit.why);
  if (fit.kind === "fits") return schema.unchecked.map(({ text }) => text);
  const { misfits } = fit;
  const faults = misfits.map(({ path, message }) => `${placeOf(path)} ${message}`);
  const more = faults.length > MAX_ERRORS ? `; and ${faults.length - MAX_ERRORS} more` : "";
  throw invalid(`${faults.slice(0, MAX_ERRORS).join("; ")}${more}`);
}

function readSchema(text: string): Json | undefined {
  try {
    return readJson(text);
  } catch (error) {
    throw useless(messageOf(error));
  }
}

function placeOf(path: Misfit["path"]): string {
  return path.length === 0 ? "the arguments" : path.join(".");
}

function useless(why: string): PreloopError {
  return invalid(
    `the tool's own schema cannot be used to check them (${why}); approve the arguments as proposed, or deny`,
  );
}

function invalid(why: string): PreloopError {
  return new PreloopError("arguments_invalid", `The edited arguments were not accepted: ${why}`);
}
