/** Config: what people wrote down and what the environment says, checked before anything relies on it. */

export { type ConfigSnapshot, readConfigSnapshot } from "./files/config-snapshot.ts";
export { CONFIG_NAME, configDirectory, userHomeOf } from "./files/find.ts";
export { faultOf, openHome } from "./files/home.ts";
export { type FileSource, loadConfig, type Reread, rereadConfig, watchConfig } from "./load.ts";
export { localFilesOf } from "./local-files.ts";
export { localUserOf, osUserOf } from "./local-user.ts";
export { type ParsedConfig, parseConfig } from "./parse/parse.ts";
export { nearest } from "./parse/problems.ts";
export { COMPLIANCE_CHECKS, type ComplianceCheck } from "./schema/compliance-checks.ts";
export {
  type ApprovalsConfig,
  type Config,
  configJsonSchema,
  type PolicyConfig,
  type RuleConfig,
  type ServerConfig,
} from "./schema/schema.ts";
export { SERVER_NAME } from "./schema/servers.ts";
export { loadSecretKey } from "./secret-key.ts";
export { readSettings, type SettingsInput } from "./settings.ts";
export { type LaunchList, readLaunchList } from "./trust/launch-list.ts";
export { type Trust, type TrustRecord, trustFile, trustOf } from "./trust/trust.ts";
export type { ConfigSource, LoadedConfig, Settings } from "./types.ts";
