import { existsSync } from "node:fs";
import path from "node:path";

/** The package's own folder, whether this code runs from `src`, from the bundle, or from a chunk of it. */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, "prisma", "migrations"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`no prisma/migrations above ${import.meta.dirname}`);
    folder = parent;
  }
  return folder;
}
