import { digestOf, type Json, type Log, makeVisible } from "#base";
import type { Config, FileSource } from "#config";

/** Servers that an edit adds or launches otherwise. What is not policy is set up once, so these start with the next session. */
export function waitingServers(running: Config, wanted: Config): string[] {
  const launchOf = (config: Config, name: string) => {
    const {
      tools,
      trustAnnotations,
      sampling,
      elicitation,
      localFiles,
      disabled = false,
      ...rest
    } = config.mcpServers[name] ?? {};
    return disabled || !(name in config.mcpServers) ? "" : digestOf(rest as Json);
  };
  return Object.keys(wanted.mcpServers).filter((name) => {
    const launch = launchOf(wanted, name);
    return launch !== "" && launch !== launchOf(running, name);
  });
}

/** Edit of a config that was taken up, as far as it is. */
interface ConfigEdit {
  readonly file: FileSource;
  readonly isWaiting: boolean;
  readonly waiting: readonly string[];
}

/** Tells the people who read the log of an edit. */
export function logEdit(log: Log, { file, isWaiting, waiting }: ConfigEdit): void {
  const path = makeVisible(file.path).text;
  if (isWaiting)
    log.warn(
      `${path} changed: where it is stricter it holds now; where it is looser it waits for: preloop trust ${path}`,
    );
  else log.warn(`${path} changed, and holds now`);
  if (waiting.length > 0)
    log.warn(`servers that were added or changed start with the next session: ${waiting.join(", ")}`);
}
