import fs from "node:fs";
import path from "node:path";
import { codeOf, messageOf, PreloopError, sha256 } from "#base";
import { type EmbeddedPaths, embeddedPathsOf } from "./paths.ts";

const ELSEWHERE = "set PRELOOP_HOME to a folder of yours on a local disk, or set DATABASE_URL";
// What fits a socket's address on every system (104 bytes on macOS, with the final zero).
const MAX_SOCKET_PATH = 103;
const LONGEST_NAME = ".s.PGSQL.999999999";
// statfs magic numbers of NFS, SMB and CIFS, where two machines could open one store without seeing each other.
const NETWORK_FILE_SYSTEMS = new Set([0x6969, 0x517b, 0xff534d42, 0xfe534d42]);

/** A home that is safe to keep a store in, and the way to its sockets. */
export interface PreparedHome extends EmbeddedPaths {
  /** The `run` folder by a path that is short enough for a socket. */
  readonly runPath: string;
}

/** Makes the home when it is missing and checks that it is ours alone. @throws home_unusable */
export function prepareHome(home: string): PreparedHome {
  if (process.platform === "win32")
    throw new PreloopError(
      "home_unusable",
      "The embedded store does not run on Windows yet; set DATABASE_URL",
    );
  const real = makeHome(home);
  if (NETWORK_FILE_SYSTEMS.has(fs.statfsSync(real).type))
    throw new PreloopError("home_unusable", `${home} is on a network file system; ${ELSEWHERE}`);
  const paths = embeddedPathsOf(real);
  makeOwnFolder(paths.run);
  if (fs.existsSync(paths.data)) checkOwnFolder(paths.data);
  return { ...paths, runPath: shortPath(paths.run) };
}

function makeHome(home: string): string {
  try {
    fs.mkdirSync(home, { recursive: true, mode: 0o700 });
    const stat = fs.lstatSync(home);
    if (stat.isSymbolicLink())
      throw new PreloopError("home_unusable", `${home} is a link; name the folder itself, or ${ELSEWHERE}`);
    if (!isOurs(stat))
      throw new PreloopError("home_unusable", `${home} belongs to another user; ${ELSEWHERE}`);
    if (stat.mode & 0o022)
      throw new PreloopError("home_unusable", `Others may write to ${home}; run: chmod 700 ${home}`);
    fs.accessSync(home, fs.constants.W_OK | fs.constants.X_OK);
    return fs.realpathSync(home);
  } catch (error) {
    if (error instanceof PreloopError) throw error;
    throw new PreloopError("home_unusable", `Cannot use ${home}: ${reasonOf(error)}; ${ELSEWHERE}`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "EROFS":
      return "it is on a read-only file system";
    case "ENOTDIR":
    case "EEXIST":
      return "a file is in its way";
    case "ENOSPC":
      return "the disk is full";
    default:
      return messageOf(error);
  }
}

function makeOwnFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  checkOwnFolder(folder);
}

function checkOwnFolder(folder: string): void {
  const stat = fs.lstatSync(folder);
  if (stat.isSymbolicLink() || !stat.isDirectory())
    throw new PreloopError("home_unusable", `${folder} must be a folder, not a link or a file; move it away`);
  if (!isOurs(stat))
    throw new PreloopError("home_unusable", `${folder} belongs to another user; ${ELSEWHERE}`);
  if (stat.mode & 0o077)
    throw new PreloopError("home_unusable", `${folder} is open to other users; run: chmod 700 ${folder}`);
}

function isOurs(stat: fs.Stats): boolean {
  return stat.uid === process.getuid?.();
}

/**
 * A path to `run` that leaves room for a socket's name. The short one is only another way to the same folder, so two
 * processes that reach it differently still see the same owners.
 */
function shortPath(run: string): string {
  if (Buffer.byteLength(path.join(run, LONGEST_NAME)) <= MAX_SOCKET_PATH) return run;
  const folder = `/tmp/preloop-${process.getuid?.()}`;
  makeOwnFolder(folder);
  const link = path.join(folder, sha256(run).slice(0, 16));
  try {
    fs.symlinkSync(run, link);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  if (fs.realpathSync(link) !== run)
    throw new PreloopError("home_unusable", `${link} leads elsewhere than to ${run}; remove it`);
  return link;
}
