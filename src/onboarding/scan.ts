import { realpathSync } from "node:fs";
import path from "node:path";
import { messageOf, PreloopError } from "#base";
import { CLIENTS } from "./clients.ts";
import { isRecord, valueAt } from "./json-value.ts";
import { decode, parseJson, parseToml, readConfigBytes } from "./read-file.ts";
import type { BrokenFile, EntryReading, FoundFile, FoundServer, MachineInfo, ServerMap } from "./types.ts";
import { createEntryReader } from "./variables.ts";

type Client = (typeof CLIENTS)[number];

export interface Scan {
  readonly files: readonly FoundFile[];
  readonly broken: readonly BrokenFile[];
}

/** What people call clients as well. */
const ALIASES: Readonly<Record<string, string>> = {
  claude: "claude-code",
  code: "vscode",
  "vs-code": "vscode",
  "gemini-cli": "gemini",
  "copilot-cli": "copilot",
  "codex-cli": "codex",
  devin: "windsurf",
};

/** Finds the config files of the clients, or of the one named, and reads their servers. Starts nothing. @throws usage */
export async function scanClients(machine: MachineInfo, only?: string): Promise<Scan> {
  const wanted = only === undefined ? undefined : (ALIASES[only.toLowerCase()] ?? only.toLowerCase());
  const clients = CLIENTS.filter(({ id }) => wanted === undefined || id === wanted);
  if (clients.length === 0)
    throw new PreloopError(
      "usage",
      `"${only}" is no client I know; it is one of ${CLIENTS.map(({ id }) => id).join(", ")}`,
    );
  const files: FoundFile[] = [];
  const broken: BrokenFile[] = [];
  const seen = new Set<string>();
  for (const client of clients)
    for (const { path: file, scope } of client.files(machine)) {
      try {
        const bytes = readConfigBytes(file);
        const real = bytes && realpathSync(file);
        if (!bytes || !real || seen.has(real)) continue;
        seen.add(real);
        const found = await readFound(client, { path: file, scope, bytes }, machine);
        if (found.serverMaps.length > 0) files.push(found);
      } catch (error) {
        broken.push({ client, path: file, reason: messageOf(error) });
      }
    }
  return { files, broken };
}

async function readFound(
  client: Client,
  file: Pick<FoundFile, "path" | "scope" | "bytes">,
  machine: MachineInfo,
): Promise<FoundFile> {
  const { text } = decode(file.bytes);
  const value = client.format === "toml" ? await parseToml(text) : parseJson(text);
  const at = client.at?.(value) ?? [client.key];
  const own = { at, ...(file.scope === "project" && { project: machine.cwd }) };
  const serverMaps = [own, ...(client.moreMaps?.(value) ?? [])].flatMap((place) => {
    const map = valueAt(value, place.at);
    if (!isRecord(map)) return [];
    const servers = Object.entries(map).map(([name, raw]) =>
      readServer(client, { name, raw, value, place, machine }),
    );
    return servers.length > 0 ? [{ ...place, servers } satisfies ServerMap] : [];
  });
  return { client, ...file, value, serverMaps };
}

interface Entry {
  readonly name: string;
  readonly raw: unknown;
  readonly value: unknown;
  readonly place: { readonly project?: string };
  readonly machine: MachineInfo;
}

function readServer(client: Client, { name, raw, value, place, machine }: Entry): FoundServer {
  return { name, raw, reading: read() };

  function read(): EntryReading {
    if (!isRecord(raw)) return { kind: "stays", reason: "it is no object" };
    if (isPreloop(raw)) return { kind: "preloop" };
    const { project } = place;
    const { reader, problems } = createEntryReader({
      name,
      file: value,
      variables: client.variables,
      machine,
      project,
    });
    const draft = client.read(raw, reader);
    if (draft.command === undefined && draft.url === undefined)
      reader.block("it names neither a command nor an address");
    if (
      draft.command === "" ||
      (draft.url !== undefined && !/^https?:\/\//.test(draft.url.replace(/^\$\{\w+\}/, "http://")))
    )
      reader.block("its command or address is no such thing");
    if (problems.length > 0) return { kind: "stays", reason: problems.join("; ") };
    const dropped = Object.keys(raw).filter((key) => !HANDLED.has(key));
    return { kind: "server", server: inProject(draft, project), dropped };
  }
}

/** Keys that are read into preloop's own words; whatever else an entry says is left behind, and the plan says so. */
const HANDLED = new Set(
  (
    "type source command args env environment cwd url httpUrl serverUrl headers http_headers env_http_headers env_vars " +
    "bearer_token_env_var enabled disabled timeout tool_timeout_sec tools includeTools excludeTools disabledTools " +
    "enabled_tools disabled_tools"
  ).split(" "),
);

// preloop's config serves every project, and a project's server was always started in its own.
function inProject<Draft extends { readonly command?: string; readonly cwd?: string }>(
  draft: Draft,
  project: string | undefined,
): Draft {
  if (project === undefined || draft.command === undefined) return draft;
  return { ...draft, cwd: path.resolve(project, draft.cwd ?? ".") };
}

/** Whether an entry starts preloop. */
export function isPreloop(raw: Readonly<Record<string, unknown>>): boolean {
  const { command, args } = raw;
  const old = isRecord(command) ? [command.path, command.args] : [command];
  const [first = "", ...rest] = [...old.flat(), args]
    .flat()
    .filter((word): word is string => typeof word === "string");
  if (/(^|[\\/])preloop(\.(cmd|exe|ps1))?$/.test(first)) return true;
  // `node …/bin/preloop.js`, `npx -y preloop`
  return /(^|[\\/])(node|npx|bunx|pnpx)(\.(cmd|exe))?$/.test(first) && rest.slice(0, 3).some(isPreloopWord);
}

function isPreloopWord(word: string): boolean {
  return /(^|[\\/])bin[\\/]preloop\.js$/.test(word) || /^preloop(@[\w.-]+)?$/.test(word);
}
