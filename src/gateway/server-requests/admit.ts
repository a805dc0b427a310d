import * as z from "zod";
import { isJsonObject, type Json, type JsonObject, PreloopError, readJson, shortId, writeJson } from "#base";
import type { ClientProfile } from "#upstreams";
import { type Answer, readElicitation, readRoots, readSampling } from "./answers.ts";
import { optional } from "./content.ts";
import { readRequestedSchema } from "./form.ts";
import { readLinkUrl } from "./link-url.ts";
import { samplingSchema } from "./sampling.ts";
import { asksForSecret } from "./secret-words.ts";
import { labelMessage, showLine } from "./show.ts";

/** A feature of a client's that a server may use (2025-11-25, client). */
export type ClientFeature = "sampling" | "form" | "link" | "roots";

/** A request of a server's, as it comes. */
export interface UncheckedRequest {
  readonly server: string;
  readonly method: string;
  readonly params: string | undefined;
  /** By which the answer is told from others; undefined for a request of its own. */
  readonly key?: string;
}

/** A request of a server's that may go on to the client. */
export interface Admitted {
  readonly feature: ClientFeature;
  /** The params, rebuilt from what the protocol knows; JSON text. */
  readonly params: string | undefined;
  /** What the audit says of it beside its method. */
  readonly facts: Readonly<Record<string, string>>;
  /** The id by which the server tells that a link is done with. */
  readonly elicitationId?: string;
  /** The client's answer, rebuilt alike. @throws z.ZodError, JsonError */
  readAnswer(text: string): Answer;
}

const KNOWN: Readonly<
  Record<string, (given: JsonObject, asked: UncheckedRequest, client: ClientProfile) => Admitted>
> = {
  "elicitation/create": admitElicitation,
  "sampling/createMessage": admitSampling,
  "roots/list": (_given, asked, client) => {
    if (!isJsonObject(client.capabilities.roots)) throw notOffered(asked.method);
    return { feature: "roots", params: undefined, facts: {}, readAnswer: readRoots };
  },
};

/** More than this is no question for a person, nor for a model; what images and sounds hold is not counted. */
const MAX_QUESTION = 256 * 1024;
/** A question with all its images. */
const MAX_WHOLE = 4 * 1024 * 1024;

/** True for the requests that the protocol lets a server make. */
export function isKnown(method: string): boolean {
  return Object.hasOwn(KNOWN, method);
}

/**
 * Reads what a server asks of the client, and rebuilds it from the members that the protocol knows, every text so that
 * it hides nothing. @throws method_unknown for what the client does not offer, params_invalid
 */
export function admit(asked: UncheckedRequest, client: ClientProfile): Admitted {
  const { method, params = "{}" } = asked;
  if (params.length > MAX_WHOLE) throw tooLarge(params.length);
  let given: Json;
  try {
    given = readJson(params);
    if (!isJsonObject(given)) throw new PreloopError("params_invalid", "its params are no object");
    return KNOWN[method]!(given, asked, client);
  } catch (error) {
    if (error instanceof PreloopError) throw error;
    throw new PreloopError("params_invalid", misshapen(error), { cause: error });
  }
}

/** Why a message was not understood, in words that are safe to show. */
export function misshapen(error: unknown): string {
  if (!(error instanceof z.ZodError)) return `it cannot be read: ${showLine((error as Error).message)}`;
  const [first] = error.issues;
  return showLine(
    `it has another shape than the protocol's, at ${first!.path.join(".") || "its top"}: ${first!.message}`,
  ).slice(0, 300);
}

const FORM = z.object({
  mode: optional(z.literal("form")),
  message: z.string(),
  requestedSchema: z.unknown(),
});
const LINK = z.object({
  mode: z.literal("url"),
  message: z.string(),
  url: z.string(),
  elicitationId: optional(
    z
      .string()
      .min(1)
      .max(256)
      .refine((id) => showLine(id) === id, "is no id"),
  ),
});

function admitElicitation(given: JsonObject, asked: UncheckedRequest, client: ClientProfile): Admitted {
  const { elicitation } = client.capabilities;
  if (!isJsonObject(elicitation)) throw notOffered(asked.method);
  const offersLinks = elicitation.url !== undefined;
  if (given.mode === "url") {
    if (!offersLinks) throw notOffered(`${asked.method} in the mode url`);
    return admitLink(LINK.parse(given), asked.server, client);
  }
  if (offersLinks && elicitation.form === undefined) throw notOffered(`${asked.method} in the mode form`);
  const { mode, message, requestedSchema } = FORM.parse(given);
  const { schema, fields, isAboutSecrets } = readRequestedSchema(requestedSchema);
  const isSecret = isAboutSecrets || asksForSecret(message);
  const said = labelMessage(asked.server, message, isSecret ? [SECRET_REMARK] : []);
  return sized({
    feature: "form",
    params: writeJson({ mode, message: said, requestedSchema: schema } as JsonObject),
    facts: { mode: "form", ...(isSecret && { warned: "asks for what looks like a secret" }) },
    readAnswer: (text) => readElicitation(text, fields),
  });
}

const SECRET_REMARK =
  "this form asks for what looks like a secret; servers must not ask for secrets in a form";

function admitLink(given: z.output<typeof LINK>, server: string, { era }: ClientProfile): Admitted {
  const { href, host, remark } = readLinkUrl(given.url);
  const message = labelMessage(server, given.message, remark === undefined ? [] : [remark]);
  // Revision 2026-07-28 took the id out; clients of the one before it insist on one.
  const elicitationId = given.elicitationId ?? shortId(12);
  const id = era === "legacy" ? { elicitationId } : {};
  return sized({
    feature: "link",
    params: writeJson({ mode: "url", message, ...id, url: href }),
    facts: { mode: "url", host },
    elicitationId,
    readAnswer: (text) => readElicitation(text),
  });
}

function admitSampling(given: JsonObject, asked: UncheckedRequest, client: ClientProfile): Admitted {
  const { sampling } = client.capabilities;
  if (!isJsonObject(sampling)) throw notOffered(asked.method);
  if ((given.tools ?? given.toolChoice ?? null) !== null && sampling.tools === undefined)
    throw notOffered(`${asked.method} with tools`);
  const params = samplingSchema.parse(given);
  return sized(
    {
      feature: "sampling",
      params: writeJson(params as unknown as JsonObject),
      facts: {},
      readAnswer: readSampling,
    },
    mediaIn(params.messages),
  );
}

function mediaIn(messages: unknown): number {
  let bytes = 0;
  JSON.stringify(messages, (key, value: unknown) => {
    if ((key === "data" || key === "blob") && typeof value === "string") bytes += value.length;
    return value;
  });
  return bytes;
}

function sized(admitted: Admitted, uncounted = 0): Admitted {
  const bytes = Buffer.byteLength(admitted.params ?? "") - uncounted;
  if (bytes > MAX_QUESTION) throw tooLarge(bytes);
  return admitted;
}

function tooLarge(bytes: number): PreloopError {
  return new PreloopError("request_refused", `a question of ${bytes} bytes is more than preloop passes on`);
}

function notOffered(what: string): PreloopError {
  return new PreloopError("method_unknown", `the client does not offer ${what}`);
}
