import { parseDuration } from "#base";
import type { Config } from "#config";
import { commandText } from "./command-text.ts";
import { rawOf, variablesIn } from "./config-after.ts";
import type { InitPlan, Move, UnmovedServer } from "./init-plan.ts";
import { isRecord, valueAt } from "./json-value.ts";
import { createNaming } from "./names.ts";
import { changeFile } from "./plan-file.ts";
import { decode, parseJson } from "./read-file.ts";
import type { Scan } from "./scan.ts";
import type { Launch } from "./types.ts";

/** Input of a plan: the clients' files, and preloop's config as it is. */
export interface PlanInput {
  readonly scan: Scan;
  readonly configFile: string;
  readonly configBytes: Buffer | undefined;
  readonly config: Config;
  readonly launch: Pick<Launch, "command" | "args" | "env">;
}

/** How long a client shall be willing to wait at most, however long a question may stand. */
const LONGEST_WAIT_MS = 3_600_000;
/** What a client waits longer than preloop, so that preloop's answer comes first. */
const MARGIN_MS = 60_000;

/** Works out what `init` would do. @throws when preloop's config cannot be read */
export async function planInit(input: PlanInput): Promise<InitPlan> {
  const before = input.configBytes && decode(input.configBytes).text;
  const raw = before === undefined ? {} : valueAt(parseJson(before), ["mcpServers"]);
  const naming = createNaming(isRecord(raw) ? raw : {});
  const moves: Move[] = [];
  const stays: UnmovedServer[] = [];
  for (const file of input.scan.files)
    for (const { at, servers } of file.serverMaps)
      for (const { name, reading } of servers) {
        if (reading.kind === "stays") stays.push({ file, name, reason: reading.reason });
        if (reading.kind !== "server") continue;
        const { name: to, isKnown } = naming.nameFor(name, reading.server);
        moves.push({
          file,
          at,
          from: name,
          to,
          server: reading.server,
          shown: commandText(reading.server),
          dropped: reading.dropped,
          isKnown,
        });
      }
  return changePlan(input, { moves, stays });
}

async function changePlan(
  { scan, config, configFile, configBytes, launch }: PlanInput,
  found: { readonly moves: readonly Move[]; readonly stays: readonly UnmovedServer[] },
): Promise<InitPlan> {
  const waitMs = Math.min(parseDuration(config.approvals.timeout), LONGEST_WAIT_MS) + MARGIN_MS;
  const known = rawOf(configBytes);
  const passes = variablesIn([found.moves.map(({ server }) => server), known]);
  const clients: InitPlan["clients"][number][] = [];
  const stays = [...found.stays];
  let moves = found.moves;
  for (const file of scan.files) {
    const own = moves.filter((move) => move.file === file);
    if (own.length === 0) continue;
    const removals = file.serverMaps.flatMap((serverMap) => {
      const remove = own.filter(({ at }) => at === serverMap.at).map(({ from }) => from);
      return remove.length > 0 ? [{ serverMap, remove }] : [];
    });
    try {
      const entry = file.client.entry({ ...launch, passes, waitMs }, removals[0]?.serverMap.at ?? []);
      clients.push({ file, ...(await changeFile(file, removals, entry)) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      stays.push(...own.map(({ from }) => ({ file, name: from, reason })));
      moves = moves.filter((move) => move.file !== file);
    }
  }
  const unknown = moves.filter(({ to }) => valueAt(known, ["mcpServers", to]) === undefined);
  const servers = Object.fromEntries(unknown.map(({ to, server }) => [to, server]));
  const patience = clientTimeoutsFor(clients, config, waitMs - MARGIN_MS);
  return {
    moves,
    stays,
    broken: scan.broken,
    config: { path: configFile, before: configBytes },
    clients,
    additions: { servers, rules: [], patience },
  };
}

// preloop keeps a client waiting as long as that client is known to wait; where init makes it wait longer, it says so.
function clientTimeoutsFor(
  clients: InitPlan["clients"],
  { approvals }: Config,
  waitMs: number,
): Readonly<Record<string, string>> {
  const names = clients.flatMap(({ file, places }) =>
    places.some(({ inserted }) => inserted) && file.client.timeout?.raises
      ? file.client.timeout.clientName
      : [],
  );
  const open = [...new Set(names)].filter((name) => approvals.patience?.[name] === undefined);
  return Object.fromEntries(open.map((name) => [name, `${Math.round(waitMs / 1_000)}s`]));
}
