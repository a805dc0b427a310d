/** Config: what people wrote down and what the environment says, checked before anything relies on it. */
export { COMPLIANCE_CHECKS, type ComplianceCheck } from "./compliance-checks.ts";
export { CONFIG_NAME, configDirectory, userHomeOf } from "./find.ts";
export { faultOf, openHome } from "./home.ts";
export { type LaunchList, readLaunchList } from "./launch-list.ts";
export { type FileSource, loadConfig, type Reread, rereadConfig, watchConfig } from "./load.ts";
export { localFilesOf } from "./local-files.ts";
export { localUserOf, osUserOf } from "./local-user.ts";
export { type ParsedConfig, parseConfig } from "./parse.ts";
export { nearest } from "./problems.ts";
export {
  type ApprovalsConfig,
  type Config,
  configJsonSchema,
  type PolicyConfig,
  type RuleConfig,
  type ServerConfig,
} from "./schema.ts";
export { SERVER_NAME } from "./schema-servers.ts";
export { loadSecretKey } from "./secret-key.ts";
export { readSettings, type SettingsInput } from "./settings.ts";
export {
  type ConfigSnapshot,
  readConfigSnapshot,
  type Trust,
  type TrustRecord,
  trustFile,
  trustOf,
} from "./trust.ts";
export type { ConfigSource, LoadedConfig, Settings } from "./types.ts";
