import * as z from "zod";
import { complianceSchema } from "./compliance.ts";
import { maybe } from "./parts.ts";
import { approvalsSchema, policySchema } from "./policy.ts";
import { serversSchema } from "./servers.ts";
import {
  auditSchema,
  embeddingsSchema,
  flowsSchema,
  httpSchema,
  llmSchema,
  notifySchema,
  storeSchema,
} from "./services.ts";
import { trackersSchema } from "./trackers.ts";

/** The whole of `preloop.config.json`. */
export const configSchema = z
  .strictObject({
    $schema: maybe(z.string(), "Where editors find this schema."),
    mcpServers: serversSchema.prefault({}).meta({ description: "The servers behind preloop, by name." }),
    policy: policySchema
      .prefault({})
      .meta({ description: "Which calls pass, which are asked about, which are refused." }),
    approvals: approvalsSchema.prefault({}).meta({ description: "Who is asked, and for how long." }),
    notify: notifySchema
      .prefault({})
      .meta({ description: "Channels that carry word of an approval, by name." }),
    trackers: trackersSchema.prefault({}).meta({ description: "Issue trackers, by name." }),
    embeddings: embeddingsSchema
      .prefault({})
      .meta({ description: "The model that embeds issues for search." }),
    llm: llmSchema.prefault({}).meta({ description: "The model that reads and improves issues." }),
    compliance: complianceSchema.prefault({}).meta({ description: "How issues are scored." }),
    audit: auditSchema.prefault({}).meta({ description: "What is written down of every call." }),
    store: storeSchema.prefault({}).meta({ description: "Where approvals and audit are kept." }),
    flows: flowsSchema.prefault({}).meta({ description: "Agents started by events." }),
    http: httpSchema.prefault({}).meta({ description: "The HTTP face: preloop --http." }),
  })
  .meta({ title: "preloop.config.json", description: "Configuration of preloop." });

type Frozen<T> = T extends (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** The config after checking: every section is there, durations are still text. */
export type Config = Frozen<z.output<typeof configSchema>>;
export type ServerConfig = Config["mcpServers"][string];
export type PolicyConfig = Config["policy"];
export type RuleConfig = PolicyConfig["rules"][number];
export type ApprovalsConfig = Config["approvals"];

/** The schema for editors: JSON Schema of what people write. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: "input", target: "draft-7" }) as Record<string, unknown>;
}
