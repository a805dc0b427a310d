import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { readSettings, type Settings, type SettingsInput } from "#config";

/** A user's home and a project, both empty, gone when the test ends. */
export interface Place {
  readonly userHome: string;
  readonly project: string;
  /** Where preloop keeps its own things. */
  readonly home: string;
  write(where: "userHome" | "project", file: string, text: string): string;
  settings(input?: Partial<SettingsInput>): Settings;
}

export function createPlace(): Place {
  const root = mkdtempSync(path.join(os.tmpdir(), "preloop-config-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [userHome, project] = [path.join(root, "user"), path.join(root, "project")];
  for (const directory of [userHome, project]) mkdirSync(directory);
  const roots = { userHome, project };
  return {
    ...roots,
    home: path.join(userHome, ".local/share/preloop"),
    write(where, file, text) {
      const full = path.join(roots[where], file);
      mkdirSync(path.dirname(full), { recursive: true });
      writeFileSync(full, text);
      return full;
    },
    settings: (input = {}) =>
      readSettings({ env: {}, cwd: project, userHome, osUser: "ana", platform: "linux", ...input }),
  };
}
