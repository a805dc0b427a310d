import { readlinkSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { ServerConfig } from "./schema/schema.ts";

const MOST_LINKS = 40;

/** The file system as a server on this machine sees it. */
export interface ServerFiles {
  readonly cwd: string;
  readonly home: string;
  realPath(file: string): string;
}

/** What of a server's config says where its files are. */
type LocalServer = Pick<ServerConfig, "cwd" | "env"> & {
  readonly localFiles?: ServerConfig["localFiles"] | undefined;
};

/** The files of a server that the config says are this machine's; undefined for every other server. */
export function localFilesOf(server: LocalServer | undefined): ServerFiles | undefined {
  if (!server?.localFiles) return undefined;
  return { cwd: path.resolve(server.cwd ?? "."), home: server.env?.HOME ?? homedir(), realPath: followLinks };
}

/**
 * Where a full path leads: links are followed and steps up taken one after the other, as the system does. What is not
 * there yet is taken as it is written, so a link that dangles leads to what would be made. @throws Error with the fault
 */
export function followLinks(file: string): string {
  const ahead = file.split("/").reverse();
  let reached = "";
  for (let links = 0; ahead.length > 0; ) {
    const name = ahead.pop()!;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      reached = reached.slice(0, Math.max(0, reached.lastIndexOf("/")));
      continue;
    }
    const target = targetOf(`${reached}/${name}`);
    if (target === undefined) {
      reached = `${reached}/${name}`;
      continue;
    }
    if (++links > MOST_LINKS) throw new Error("its links lead in a circle");
    if (target.startsWith("/")) reached = "";
    ahead.push(...target.split("/").reverse());
  }
  return reached || "/";
}

const NO_LINK = new Set(["EINVAL", "ENOENT", "ENOTDIR", "ENAMETOOLONG", "UNKNOWN"]);

function targetOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (NO_LINK.has(code)) return undefined;
    throw new Error(`its links cannot be followed (${code})`);
  }
}
