import * as z from "zod";
import { PreloopError } from "#base";
import { collectBody } from "#http";
import { GRANT_LIFETIMES } from "#views";

const MAX_BODY_BYTES = 1_048_576;
const MAX_READ_BYTES = 16 * MAX_BODY_BYTES;
export const MAX_REASON = 2_000;
/** Patterns are offered for this many arguments. */
export const MAX_GLOBS = 8;

const ticket = {
  token: z.string().regex(/^[\w-]{16,128}$/),
  seen: z.string().regex(/^[0-9a-f]{64}$/),
  csrf: z.string().regex(/^[\w-]{43}$/),
};
// Each page asks for the word it needs: a tick for high risk, a typed word for bytes that were not shown.
const sure = z.enum(["yes", "unseen"]).optional();
const args = z.string().min(1).max(MAX_BODY_BYTES);
const globs = Object.fromEntries(
  Array.from({ length: MAX_GLOBS }, (_, index) => [`glob${index}`, z.string().max(500).optional()]),
);

const decisionForm = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("approve"), ...ticket, sure }),
  z.strictObject({ do: z.literal("reveal"), ...ticket }),
  z.strictObject({ do: z.literal("deny"), ...ticket, reason: z.string().max(MAX_REASON) }),
  z.strictObject({ do: z.literal("review"), ...ticket, args }),
  z.strictObject({ do: z.literal("approve-edited"), ...ticket, args, sure }),
  z.strictObject({
    do: z.literal("grant"),
    ...ticket,
    scope: z.enum(["exact", "pattern", "tool"]),
    lifetime: z.enum(GRANT_LIFETIMES),
    ...globs,
  }),
]);

/** Form that a person sent from a decision page. */
export type DecisionForm = z.infer<typeof decisionForm>;
/** Form that does one thing. */
export type FormOf<Do extends DecisionForm["do"]> = Extract<DecisionForm, { do: Do }>;

/** The body of a request as text; an edit of arguments that are too large for it belongs in a terminal. */
export async function readFormBody({ body }: Request): Promise<string> {
  // A browser that is cut off while it sends never shows why.
  const bytes = await collectBody(body ?? [], { maxBytes: MAX_BODY_BYTES, mostRead: MAX_READ_BYTES });
  if (bytes) return bytes.toString();
  throw new PreloopError(
    "frame_too_large",
    "The form is too large; edit arguments of this size in a terminal.",
  );
}

/** Reads a form strictly: a field too many, twice or unknown, or a value out of its set, is no decision. */
export function readDecisionForm(contentType: string | undefined, body: string): DecisionForm {
  if (!/^application\/x-www-form-urlencoded\s*(;\s*charset=utf-8\s*)?$/i.test(contentType ?? ""))
    throw new PreloopError("params_invalid", "A decision is sent as a form of the decision page.");
  const pairs = [...new URLSearchParams(body)];
  const fields = Object.fromEntries(pairs);
  if (pairs.length !== Object.keys(fields).length)
    throw new PreloopError("params_invalid", "A field of the form came twice.");
  const parsed = decisionForm.safeParse(fields);
  if (!parsed.success)
    throw new PreloopError(
      "params_invalid",
      "The form is not one of the decision page's; open the link again.",
    );
  return parsed.data;
}
