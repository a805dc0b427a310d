import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { isJsonObject, type JsonObject, messageOf, PreloopError, readJson } from "#base";
import { ACTIONS, type Action } from "#model";
import type { PolicyInput, RecordedCall } from "#policy";
import { toolTitle } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { seenSchemas } from "./seen-schemas.ts";
import { createTally } from "./test-tally.ts";

/** Decides every recorded call of a file once more, and shows which decisions change. */
export async function testPolicy(
  context: CommandContext,
  file: string,
  input: PolicyInput,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const { compilePolicy, replayCall } = await import("#policy");
  const policy = compilePolicy(input);
  const seen = await seenSchemas(context);
  const tally = createTally();
  for await (const call of recordedCalls(file)) {
    const inputSchema = seen?.inputSchemaOf(call);
    if (inputSchema === undefined) tally.unseen.add(toolTitle(call));
    tally.add(call, replayCall(policy, input.servers, call, inputSchema));
  }
  const { size } = tally.unseen;
  if (size > 0 && input.policy.rules.some(({ when }) => when?.includes("args")))
    context.out.note(
      `What ${size} ${size === 1 ? "tool says" : "tools say"} of ${size === 1 ? "its" : "their"} arguments is not known here, so whether those fitted was not looked at`,
    );
  if (json) return context.out.line(jsonText(tally.view()));
  for (const line of tally.lines()) context.out.line(line);
}

async function* recordedCalls(file: string): AsyncGenerator<RecordedCall> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() === "") continue;
      const record = readRecord(line);
      if (record === undefined)
        throw new PreloopError(
          "usage",
          `${file}:${number} is no record; write the file with: preloop audit export`,
        );
      if (record !== "other") yield record;
    }
  } catch (error) {
    if (error instanceof PreloopError) throw error;
    throw new PreloopError("usage", `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

const TEXTS = [
  "callId",
  "at",
  "server",
  "tool",
  "arguments",
  "argumentsDigest",
  "rule",
  "client",
  "session",
  "user",
];

// Events, and requests for what does not exist, were never decided about.
function readRecord(line: string): RecordedCall | "other" | undefined {
  let value: unknown;
  try {
    value = readJson(line);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value as JsonObject)) return undefined;
  const record = value as JsonObject;
  if (typeof record.event === "string" || String(record.rule).endsWith(":unknown")) return "other";
  const isWhole =
    TEXTS.every((name) => typeof record[name] === "string") &&
    ACTIONS.includes(record.action as Action) &&
    !Number.isNaN(Date.parse(record.at as string));
  return isWhole ? (record as unknown as RecordedCall) : undefined;
}
