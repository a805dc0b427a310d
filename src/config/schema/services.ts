import * as z from "zod";
import { httpUrl, maybe, plainDatabaseUrl, text } from "./parts.ts";

/** Channels that carry word of an approval to people. */
export const notifySchema = z.record(
  text,
  z.string().regex(/^[a-z][a-z0-9+.-]*:\/\/./i, "is no channel address; write one like smtp://… or ntfy://…"),
);

const model = {
  url: maybe(httpUrl, "The model server's address."),
  token: maybe(text, "The model server's token."),
  model: maybe(text, "The model's name."),
};

/** The model that embeds issues for search. */
export const embeddingsSchema = z.strictObject({
  provider: z
    .enum(["auto", "builtin", "ollama", "openai"])
    .default("auto")
    .meta({ description: "openai is any compatible server. auto takes Ollama when it answers." }),
  ...model,
});

/** The model that reads and improves issues. */
export const llmSchema = z.strictObject({
  provider: z
    .enum(["auto", "sampling", "ollama", "openai", "none"])
    .default("auto")
    .meta({ description: "auto takes Ollama, else the client's sampling, else rules alone." }),
  ...model,
});

export const auditSchema = z.strictObject({
  redact: z
    .array(text)
    .default([])
    .meta({ description: "Names of arguments whose values are never written down, besides the usual ones." }),
});

export const storeSchema = z.strictObject({
  url: maybe(
    z
      .string()
      .regex(
        /^postgres(ql)?(\+\w+)?:\/\/./,
        "is no PostgreSQL address; write one like postgresql://user@host/preloop",
      )
      .overwrite(plainDatabaseUrl),
    "The PostgreSQL that keeps approvals and audit; DATABASE_URL wins. Without both, an embedded one.",
  ),
});

export const flowsSchema = z.strictObject({});

export const httpSchema = z.strictObject({
  host: maybe(text, "The address to listen on; 127.0.0.1 without it."),
  port: maybe(z.int().min(0).max(65_535), "The port to listen on; 7717 without it."),
  publicUrl: maybe(httpUrl, "The address people reach preloop at; links in notifications point there."),
});
