import type { Config } from "#config";
import { commandText } from "../command-text.ts";
import type { FoundFile, FoundServer, MachineInfo, ServerDraft } from "../types.ts";
import type { DoctorFinding } from "./doctor-context.ts";

interface BypassCandidate {
  readonly title: string;
  readonly file: FoundFile;
  readonly server: FoundServer;
  readonly config: Config | undefined;
  readonly env: Env;
}

// The same server behind preloop and beside it: whatever policy says, the agent has the other way.
export function bypass({
  title,
  file,
  server: { name, reading },
  config,
  env,
}: BypassCandidate): DoctorFinding {
  const behind = reading.kind === "server" ? holderOf(reading.server, config, env) : undefined;
  if (behind !== undefined)
    return {
      check: "client",
      level: "broken",
      text: `${title} starts "${name}" itself, past preloop, which has it as "${behind}"`,
      mend: `preloop init --client ${file.client.id}`,
    };
  const why = reading.kind === "stays" ? `; init leaves it there: ${reading.reason}` : "";
  return {
    check: "client",
    level: "warning",
    text: `"${name}" of ${title} is not behind preloop${why}`,
    mend: reading.kind === "stays" ? "move it by hand" : `preloop init --client ${file.client.id}`,
  };
}

type Env = MachineInfo["env"];

// The config's own texts have their variables filled in already.
function holderOf(server: ServerDraft, config: Config | undefined, env: Env): string | undefined {
  const command = commandText(server).replaceAll(/\$\{(\w+)\}/g, (found, name: string) => env[name] ?? found);
  return Object.entries(config?.mcpServers ?? {}).find(
    ([, known]) => commandText(known as ServerDraft) === command,
  )?.[0];
}
