import { readdirSync } from "node:fs";
import path from "node:path";
import { GENERATED } from "./source.ts";

/** A folder of `src`: the number of files that lie directly in it, and that of files and folders, `index.ts` included. */
export interface Folder {
  readonly folder: string;
  readonly files: number;
  readonly entries: number;
}

/** All folders of the folder `src`, rooms and what is inside them. */
export function readFolders(src: string): readonly Folder[] {
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.relative(src, path.join(entry.parentPath, entry.name)))
    .map((folder) => folder.split(path.sep).join("/"))
    .filter((folder) => !GENERATED.test(folder))
    .sort()
    .map((folder) => readFolder(src, folder));
}

function readFolder(src: string, folder: string): Folder {
  const inside = readdirSync(path.join(src, folder), { withFileTypes: true });
  const seen = inside.filter((entry) => !GENERATED.test(`${folder}/${entry.name}`));
  return { folder, files: seen.filter((entry) => entry.isFile()).length, entries: seen.length };
}
