import { existsSync } from "node:fs";
import path from "node:path";
import { clientTimeoutFor } from "#approvals";
import { parseDuration } from "#base";
import type { Config } from "#config";
import { commandText } from "./command-text.ts";
import type { DoctorContext, DoctorFinding } from "./doctor-context.ts";
import { isRecord } from "./json-value.ts";
import { scanClients } from "./scan.ts";
import type { FoundFile, FoundServer, MachineInfo, ServerDraft, ServerMap } from "./types.ts";

/** Whether each client reaches preloop, waits long enough, and has no way around it. */
export async function checkClients(
  { machine }: DoctorContext,
  config: Config | undefined,
): Promise<DoctorFinding[]> {
  const { files, broken } = await scanClients(machine);
  const unread = broken.map(
    ({ path: file, reason }): DoctorFinding => ({
      check: "client",
      level: "warning",
      text: `${file} cannot be read: ${reason}`,
      mend: "mend it, and run doctor again",
    }),
  );
  const found = files.flatMap((file) =>
    file.serverMaps.flatMap((serverMap) => checkServerMap(file, serverMap, config, machine)),
  );
  if (files.length + broken.length === 0)
    return [
      {
        check: "client",
        level: "warning",
        text: "no client's config was found",
        mend: "docs/onboarding.md says where it is looked for",
      },
    ];
  return [...unread, ...found];
}

function checkServerMap(
  file: FoundFile,
  serverMap: ServerMap,
  config: Config | undefined,
  machine: MachineInfo,
): DoctorFinding[] {
  const own = serverMap.servers.filter(({ reading }) => reading.kind === "preloop");
  const others = serverMap.servers.filter(({ reading }) => reading.kind !== "preloop" && !isOff(reading));
  const title = `${file.client.title} (${file.path})`;
  const bypasses = others.map((server) => bypass({ title, file, server, config, env: machine.env }));
  if (own.length === 0) return bypasses;
  const faults = own.flatMap((server) => [
    ...launchFault(title, server, machine),
    ...waitFault(title, file, server, config),
  ]);
  return faults.length > 0
    ? [...faults, ...bypasses]
    : [{ check: "client", level: "ok", text: `${title} goes through preloop` }, ...bypasses];
}

function isOff(reading: FoundServer["reading"]): boolean {
  return reading.kind === "server" && reading.server.disabled === true;
}

interface BypassCandidate {
  readonly title: string;
  readonly file: FoundFile;
  readonly server: FoundServer;
  readonly config: Config | undefined;
  readonly env: Env;
}

// The same server behind preloop and beside it: whatever policy says, the agent has the other way.
function bypass({ title, file, server: { name, reading }, config, env }: BypassCandidate): DoctorFinding {
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

function launchFault(
  title: string,
  { name, raw }: FoundServer,
  { env, platform }: MachineInfo,
): DoctorFinding[] {
  const { command } = isRecord(raw) ? raw : {};
  const word = [isRecord(command) ? command.path : command].flat()[0];
  if (typeof word !== "string" || isThere(word, env.PATH ?? "", platform)) return [];
  const text = `${title} starts "${name}" by ${word}, which is not there`;
  return [
    {
      check: "client",
      level: "broken",
      text,
      mend: "npm install -g preloop, or preloop undo and preloop init",
    },
  ];
}

function isThere(word: string, searched: string, platform: NodeJS.Platform): boolean {
  if (/[\\/]/.test(word)) return existsSync(word);
  const endings = platform === "win32" ? [".cmd", ".exe", ""] : [""];
  const folders = searched.split(platform === "win32" ? ";" : ":").filter(Boolean);
  return folders.some((folder) => endings.some((ending) => existsSync(path.join(folder, word + ending))));
}

// A client that gives up before preloop answers drops the call: the person's yes then comes too late.
function waitFault(
  title: string,
  file: FoundFile,
  { raw }: FoundServer,
  config: Config | undefined,
): DoctorFinding[] {
  const { timeout } = file.client;
  if (!timeout || timeout.progressExtends || !config) return [];
  const given = isRecord(raw) ? raw[timeout.key] : undefined;
  const limitMs = typeof given === "number" ? given * timeout.unitMs : timeout.defaultMs;
  const { patience = {} } = config.approvals;
  const wanted = patience[timeout.clientName] ?? patience["*"];
  const keptMs = wanted === undefined ? clientTimeoutFor(timeout.clientName) : parseDuration(wanted);
  if (keptMs < limitMs) return [];
  const needed = Math.ceil((keptMs + 60_000) / timeout.unitMs);
  return [
    {
      check: "client",
      level: "broken",
      text: `${title} gives up on a call after ${limitMs / 1_000} s, and preloop keeps it waiting for ${keptMs / 1_000} s`,
      mend: `set ${timeout.key} of preloop to ${needed} there, or approvals.patience to less`,
    },
  ];
}
