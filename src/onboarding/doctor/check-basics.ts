import { lstatSync } from "node:fs";
import path from "node:path";
import { messageOf } from "#base";
import { faultOf, type LoadedConfig } from "#config";
import { readRecords } from "../journal.ts";
import type { DoctorContext, DoctorFinding } from "./doctor-context.ts";

/** Whether preloop's own directory is the user's alone, and no `init` was stopped half way. */
export function checkHome(home: string): DoctorFinding[] {
  const fault = attempt(() => faultOf(home, process.getuid?.()));
  if (fault !== undefined)
    return [
      {
        check: "home",
        level: "broken",
        text: `${home} ${fault}`,
        mend: `chmod 700 ${home}, or set PRELOOP_HOME`,
      },
    ];
  const files = ["secret.key", "trust.json"].map((name) => path.join(home, name)).filter(isOpenToOthers);
  const open = isOpenToOthers(home) ? [home, ...files] : files;
  const modes = open.map(
    (file): DoctorFinding => ({
      check: "home",
      level: "broken",
      text: `others can look into ${file}`,
      mend: `chmod go= ${file}`,
    }),
  );
  return modes.length > 0
    ? modes
    : [{ check: "home", level: "ok", text: `${home} is yours alone` }, ...changes(home)];
}

function changes(home: string): DoctorFinding[] {
  try {
    const records = readRecords(home);
    return records.length === 0
      ? []
      : [
          {
            check: "home",
            level: "ok",
            text: `preloop undo can take back what init did ${records.at(-1)!.at}`,
          },
        ];
  } catch (error) {
    return [{ check: "home", level: "warning", text: messageOf(error), mend: "move that file away" }];
  }
}

/** Whether there is a config, it is right, and it keeps its secrets. */
export async function checkConfig(
  context: DoctorContext,
): Promise<{ readonly found: readonly DoctorFinding[]; readonly loaded?: LoadedConfig }> {
  const { source } = context.settings;
  let loaded: LoadedConfig;
  try {
    loaded = await context.config();
  } catch (error) {
    const mend = "mend the file where the message points; docs/config.md has every key";
    return { found: [{ check: "config", level: "broken", text: messageOf(error), mend }] };
  }
  if (source.kind === "none")
    return {
      loaded,
      found: [
        {
          check: "config",
          level: "warning",
          text: "there is no config: preloop serves its own tools only",
          mend: "preloop init",
        },
      ],
    };
  if (source.kind === "untrusted") {
    const text = `${source.path} ${source.changed ? "changed since you trusted it" : "was never trusted"}, so it is not used`;
    return {
      loaded,
      found: [{ check: "config", level: "broken", text, mend: "look at it, then: preloop trust" }],
    };
  }
  const found: DoctorFinding[] = [{ check: "config", level: "ok", text: source.path }];
  const holds = Object.values(loaded.config.mcpServers).some(({ env, headers }) => env ?? headers);
  if (holds && isOpenToOthers(source.path))
    found.push({
      check: "config",
      level: "warning",
      text: `others can read ${source.path}, and it holds variables or headers of servers`,
      mend: `chmod 600 ${source.path}`,
    });
  return { loaded, found };
}

/** Whether there is a secret key. */
export async function checkKey(context: DoctorContext): Promise<DoctorFinding[]> {
  try {
    await context.key();
    return [{ check: "key", level: "ok", text: "the secret key is there" }];
  } catch (error) {
    return [
      { check: "key", level: "broken", text: messageOf(error), mend: "set SECRET_KEY, or mend the home" },
    ];
  }
}

function isOpenToOthers(file: string): boolean {
  if (!process.getuid) return false; // on Windows modes say nothing
  return attempt(() => ((lstatSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0) === true;
}

function attempt<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    return messageOf(error);
  }
}
