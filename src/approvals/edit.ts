import {
  digestOf,
  isJsonObject,
  type Json,
  type JsonObject,
  messageOf,
  PreloopError,
  readJson,
  SourceNumber,
  writeJson,
} from "#base";

/** A person's arguments, checked, on one line, with their digest. */
export interface CheckedEdit {
  readonly args: string;
  readonly digest: string;
}

/** Reads edited arguments and checks them against the tool's input schema. @throws arguments_invalid */
export async function checkEdit(text: string, inputSchema: string | undefined): Promise<CheckedEdit> {
  const args = readArguments(text);
  if (inputSchema !== undefined) await checkAgainst(inputSchema, args);
  // One line: what runs goes into a frame that ends with the line.
  return { args: writeJson(args), digest: digestOf(args) };
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

async function checkAgainst(schemaText: string, args: JsonObject): Promise<void> {
  const schema = readJson(schemaText);
  if (!isJsonObject(schema)) return;
  const validator = await newValidator(schema.$schema);
  const check = compile(validator, schema);
  if (check(plain(args))) return;
  const faults = (check.errors ?? []).map(({ instancePath, message, params }) => {
    const where = instancePath === "" ? "the arguments" : instancePath.slice(1).replaceAll("/", ".");
    const extra = (params as { additionalProperty?: string }).additionalProperty;
    return `${where} ${message ?? "do not fit"}${extra === undefined ? "" : ` (${JSON.stringify(extra)})`}`;
  });
  const more = faults.length > MAX_ERRORS ? `; and ${faults.length - MAX_ERRORS} more` : "";
  throw invalid(`${faults.slice(0, MAX_ERRORS).join("; ")}${more}`);
}

// MCP's default dialect is 2020-12; a schema may name another one. Nothing is ever fetched: ajv has no loader here.
async function newValidator(dialect: Json | undefined) {
  const options = { strict: false, allErrors: true, validateFormats: false, logger: false } as const;
  if (typeof dialect === "string" && /draft-0[4-7]/.test(dialect)) {
    const { Ajv } = await import("ajv");
    return new Ajv(options);
  }
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  return new Ajv2020(options);
}

function compile(validator: Awaited<ReturnType<typeof newValidator>>, schema: JsonObject) {
  // Older and unknown dialects are read as the nearest one.
  const { $schema: _, ...rest } = plain(schema) as Record<string, unknown>;
  try {
    return validator.compile(rest);
  } catch (error) {
    throw invalid(
      `the tool's own schema cannot be used to check them (${messageOf(error)}); approve the arguments as proposed, or deny`,
    );
  }
}

/** Numbers as a validator knows them. */
function plain(value: Json): unknown {
  if (value instanceof SourceNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map((item) => plain(item as Json));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function invalid(why: string): PreloopError {
  return new PreloopError("arguments_invalid", `The edited arguments were not accepted: ${why}`);
}
