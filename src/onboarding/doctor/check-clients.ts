import { existsSync } from "node:fs";
import path from "node:path";
import { clientTimeoutFor } from "#approvals";
import { parseDuration } from "#base";
import type { Config } from "#config";
import { isRecord } from "../json-value.ts";
import { scanClients } from "../scan.ts";
import type { FoundFile, FoundServer, MachineInfo, ServerMap } from "../types.ts";
import { bypass } from "./bypass.ts";
import type { DoctorContext, DoctorFinding } from "./doctor-context.ts";

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
