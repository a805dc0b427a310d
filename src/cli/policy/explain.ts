import { isJsonObject, type JsonObject, PreloopError, readJson } from "#base";
import { localUserOf, type Settings } from "#config";
import type { ToolAnnotations, ToolCall } from "#model";
import type { Explanation, PolicyInput } from "#policy";
import { resolvedView } from "#views";
import type { CommandContext } from "../context.ts";
import { type ExplainedTarget, isMethodWord, requestOf } from "./explained-request.ts";
import { explanationLines } from "./policy-text.ts";
import { type SeenSchemas, seenSchemas } from "./seen-schemas.ts";

export interface ExplainOptions {
  readonly client: string;
  readonly user?: string;
  readonly annotations: string;
  readonly server?: string;
  readonly json?: boolean;
}

interface Explained {
  readonly call: ToolCall;
  readonly explanation: Explanation;
  readonly isSeen: boolean;
}

/** `preloop policy explain`: what each rule says of a call, of each tool that the name may stand for. */
export async function explain(
  context: CommandContext,
  input: PolicyInput,
  name: string,
  words: string | undefined,
  options: ExplainOptions,
): Promise<void> {
  const { explainCall, targetsOf } = await import("#policy");
  const { settings } = await context.runtime();
  const now = new Date();
  const args = words ?? "{}";
  const explained = isMethodWord(name)
    ? [requestOf(name, words, options.server)]
    : targetsOf(name, input.servers).map((target) => ({
        ...target,
        args: readObject(args, "The arguments"),
      }));
  const calls = explained.map((target) => callOf(target, args, { input, settings, options }));
  const first = calls.map((call) => explainCall(input, call, now));
  // What the tool says of its arguments matters where rules read them; it is known of tools that were seen.
  const needsSchemas = calls.length > 1 || first.some(({ readsArguments }) => readsArguments);
  const seen = needsSchemas ? await seenSchemas(context) : undefined;
  const all = calls.map((call): Explained => {
    const inputSchema = seen?.inputSchemaOf(call);
    return {
      call,
      explanation: explainCall(input, { ...call, inputSchema }, now),
      isSeen: inputSchema !== undefined,
    };
  });
  all.sort((left, right) => Number(right.isSeen) - Number(left.isSeen));
  if (options.json) return context.out.json(viewOf(all));
  print(context, all, input, seen);
}

function print(
  context: CommandContext,
  all: readonly Explained[],
  input: PolicyInput,
  seen: SeenSchemas | undefined,
): void {
  for (const { call, explanation, isSeen } of all) {
    const title = isSeen ? " (seen)" : seen && all.some((one) => one.isSeen) ? " (never seen)" : "";
    if (all.length > 1) context.out.line(`If it is the tool ${call.tool} of ${call.server}${title}:`);
    for (const line of explanationLines(call, explanation, call.server in input.servers))
      context.out.line(line);
    if (explanation.readsArguments && !isSeen)
      context.out.note(
        `What ${call.tool} of ${call.server} says of its arguments is not known here, so whether these fit was not looked at; it is known once a client has listed the tool.`,
      );
  }
}

function viewOf(all: readonly Explained[]): object {
  const [first, ...others] = all.map(({ call: { server, tool, args }, explanation, isSeen }) => ({
    ...explanation,
    ...resolvedView(args),
    server,
    tool,
    isSchemaKnown: isSeen,
  }));
  return { ...first, ...(others.length > 0 ? { others } : {}) };
}

interface Around {
  readonly input: PolicyInput;
  readonly settings: Settings;
  readonly options: ExplainOptions;
}

function callOf(target: ExplainedTarget, args: string, { input, settings, options }: Around): ToolCall {
  return {
    ...target,
    id: "explain",
    session: sessionOf(settings, options),
    argsText: args,
    definitionDigest: "",
    annotations: readObject(options.annotations, "--annotations") as ToolAnnotations,
    trusted: input.servers[target.server]?.trustAnnotations === true,
  };
}

function sessionOf(settings: Settings, { client, user }: ExplainOptions): ToolCall["session"] {
  return {
    id: "explain",
    client,
    clientVersion: "",
    cwd: settings.cwd,
    user: user ?? localUserOf(settings),
  };
}

function readObject(text: string, what: string): JsonObject {
  const value = readOrRefuse(text, what);
  if (!isJsonObject(value))
    throw new PreloopError("usage", `${what} must be a JSON object, like {"path":"a.txt"}`);
  return value;
}

function readOrRefuse(text: string, what: string) {
  try {
    return readJson(text);
  } catch (error) {
    throw new PreloopError("usage", `${what} cannot be read as JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
