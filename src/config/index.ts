/** Config: what people wrote down and what the environment says, checked before anything relies on it. */
export {
  type ApprovalsConfig,
  type Config,
  configJsonSchema,
  type PolicyConfig,
  type RuleConfig,
  type ServerConfig,
} from "./schema.ts";
export type { ConfigSource, LoadedConfig, Settings } from "./types.ts";
