import { messageOf } from "#base";
import {
  type Config,
  type FileSource,
  type LoadedConfig,
  localFilesOf,
  rereadConfig,
  type Settings,
  watchConfig,
} from "#config";
import type { ClientFeature } from "#gateway";
import { compilePolicy, distrust, hideTools, type Policy, stricterOf } from "#policy";
import { mayUseFeature, opensFeatures } from "./client-features.ts";
import { logEdit, waitingServers } from "./config-edit.ts";
import type { Runtime } from "./runtime.ts";

/** The config of a session as it is right now. */
export interface LiveConfig {
  policy(): Policy;
  /** Whether a server may ask the client for something. */
  mayAsk(server: string, wish: ClientFeature): boolean;
  /** As trusted last: an edit of the patience is neither stricter nor looser, so all of it waits. */
  approvals(): Config["approvals"];
  close(): void;
}

type ReloadEvent = "config_reloaded" | "config_refused";

export interface LiveConfigOptions {
  /** Hears of every edit that was taken up or refused, for the audit. */
  readonly onEvent: (kind: ReloadEvent, facts: Readonly<Record<string, string>>) => void;
  /** Hears that policy is another one now. */
  readonly onChange: () => void;
}

/**
 * Follows the config file while a session runs. An edit holds at once as far as it is stricter than what this user last
 * said yes to; what it loosens waits for `preloop trust`. A broken edit changes nothing. Servers are those of the start,
 * less the ones an edit takes out.
 */
export function createLiveConfig(runtime: Runtime, options: LiveConfigOptions): LiveConfig {
  const { loaded: start, settings, log } = runtime;
  let accepted: LoadedConfig = start;
  let latest: LoadedConfig = start;
  const policyOf = (loaded: LoadedConfig) => compile(loaded, start);
  let policy = policyOf(start);
  let seen = "";
  let isClosed = false;

  const source = isFile(start.source) ? start.source : undefined;
  const watching = source && lookInTurn(settings, source, look);

  async function look(file: FileSource): Promise<void> {
    if (isClosed) return;
    try {
      const { loaded, isTrusted } = await rereadConfig(settings, file);
      if (isClosed) return;
      const mark = `${marksOf(loaded)} ${isTrusted}`;
      const isFirst = seen === "" && marksOf(loaded) === marksOf(start);
      if (mark === seen || isFirst) return;
      const next = isTrusted ? policyOf(loaded) : stricterOf(policyOf(accepted), policyOf(loaded));
      seen = mark;
      if (isTrusted) accepted = loaded;
      latest = loaded;
      take(next, file, isTrusted);
    } catch (error) {
      refuse(error);
    }
  }

  function take(next: Policy, file: FileSource, isTrusted: boolean): void {
    const isWaiting = !isTrusted && isLooser(latest, accepted, policyOf);
    policy = next;
    logEdit(log, { file, isWaiting, waiting: waitingServers(start.config, latest.config) });
    options.onEvent("config_reloaded", {
      digest: latest.digest,
      loosening: isWaiting ? "waits for trust" : "none",
    });
    options.onChange();
  }

  function refuse(error: unknown): void {
    const reason = messageOf(error);
    if (seen === reason) return;
    seen = reason;
    log.error(`The edit of the config is not used, what held before still holds: ${reason}`);
    options.onEvent("config_refused", { reason });
  }

  return {
    policy: () => policy,
    mayAsk: (server, wish) => mayAsk(server, wish, { start, accepted, latest }),
    approvals: () => accepted.config.approvals,
    close() {
      isClosed = true;
      watching?.close();
    },
  };
}

function isLooser(edit: LoadedConfig, accepted: LoadedConfig, policyOf: (loaded: LoadedConfig) => Policy) {
  if (policyOf(edit).version !== policyOf(accepted).version) return true;
  return opensFeatures(accepted.config, edit.config);
}

// What is looser waits, so both what was accepted and what came since must allow it.
function mayAsk(
  server: string,
  wish: ClientFeature,
  { start, accepted, latest }: Readonly<Record<"start" | "accepted" | "latest", LoadedConfig>>,
): boolean {
  if (!(server in start.config.mcpServers)) return true;
  return [accepted, latest].every(({ config }) => mayUseFeature(config.mcpServers[server], wish));
}

// One look after the other. A process that serves many sessions loaded its config long before this one began.
function lookInTurn(
  settings: Settings,
  source: FileSource,
  look: (file: FileSource) => Promise<void>,
): { close(): void } {
  let work = Promise.resolve();
  const again = () => {
    work = work.then(() => look(source));
  };
  const watching = watchConfig(settings, source, again);
  again();
  return watching;
}

function marksOf({ digest, envDigest }: LoadedConfig): string {
  return `${digest} ${envDigest}`;
}

function isFile(source: LoadedConfig["source"]): source is FileSource {
  return source.kind === "named" || source.kind === "user" || source.kind === "project";
}

/** The policy of a config in a session whose servers were started by `start`. */
function compile({ config, where }: LoadedConfig, start: LoadedConfig): Policy {
  const { policy, approvals, mcpServers: servers } = config;
  // The server runs where it was started, whatever an edit says of that since.
  const filesOf = (name: string) =>
    localFilesOf({ ...start.config.mcpServers[name], localFiles: servers[name]?.localFiles });
  const compiled = compilePolicy({ policy, approvals, servers, where, filesOf });
  const believed = distrust(compiled, (server) => servers[server]?.trustAnnotations === true);
  const isGone = (server: string) => !(server in servers) || servers[server]?.disabled === true;
  return hideTools(believed, (server) => server in start.config.mcpServers && isGone(server));
}
