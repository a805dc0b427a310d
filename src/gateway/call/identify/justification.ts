import { isJsonObject, type Json, type JsonObject } from "#base";
import { withMember } from "#protocol";

/** The argument by which an agent says why, where a rule wants or offers that; it never reaches the server. */
const NAME = "justification";

export type JustificationMode = "required" | "optional" | undefined;

/** A tool's schema with the argument added; a tool that has one of its own keeps it. */
export function withJustification(
  inputSchema: Json | undefined,
  wanted: JustificationMode,
): Json | undefined {
  if (wanted === undefined || !isJsonObject(inputSchema) || isOwn(inputSchema)) return inputSchema;
  const properties = isJsonObject(inputSchema.properties) ? inputSchema.properties : {};
  const required = Array.isArray(inputSchema.required) ? inputSchema.required : [];
  return {
    ...inputSchema,
    properties: {
      ...properties,
      [NAME]: {
        type: "string",
        description:
          "Why this call is needed, for the person who may have to approve it. One or two sentences.",
      },
    },
    ...(wanted === "required" && { required: [...required, NAME] }),
  };
}

/** Takes the agent's words out of the arguments, from the text and the value alike. */
export function takeJustification(
  args: { readonly text: string; readonly value: JsonObject },
  inputSchema: Json | undefined,
  wanted: JustificationMode,
): { readonly text: string; readonly value: JsonObject; readonly justification?: string } {
  const said = args.value[NAME];
  if (wanted === undefined || typeof said !== "string") return args;
  if (isJsonObject(inputSchema) && isOwn(inputSchema)) return { ...args, justification: said };
  const { [NAME]: _taken, ...value } = args.value;
  return { text: withMember(args.text, NAME, undefined), value, justification: said };
}

function isOwn(inputSchema: JsonObject): boolean {
  return isJsonObject(inputSchema.properties) && NAME in inputSchema.properties;
}
