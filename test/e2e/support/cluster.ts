import { execFile, execFileSync } from "node:child_process";
import { accessSync, chmodSync, constants, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const run = promisify(execFile);

// Where .ci/postgres keeps the server of the tests.
const ROOT = process.env.PRELOOP_TEST_POSTGRES_ROOT ?? "/opt/preloop-postgres-17";
const BIN = "/usr/lib/postgresql/17/bin";
const CHROOT = "/usr/sbin/chroot";

/** True where the programs of the tests' PostgreSQL are at hand, to start another server of. */
export const hasPostgresPrograms = process.getuid?.() === 0 && canRun(path.join(ROOT, BIN, "postgres"));

/** A PostgreSQL server that a test may treat as it likes; gone after the test. */
export interface Cluster {
  readonly url: string;
  /** `immediate` leaves as a crash does, `fast` ends every connection first. */
  restart(how: "immediate" | "fast"): Promise<void>;
}

/** Starts a new, empty server. */
export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(path.join(ROOT, "tmp/preloop-cluster-"));
  const data = `/tmp/${path.basename(folder)}`;
  const port = await freePort();
  const options = `-p ${port} -k ${data} -c listen_addresses=127.0.0.1 -c fsync=off`;
  const control = async (...words: string[]) =>
    void (await inside(`${BIN}/pg_ctl`, "-s", "-w", "-D", data, "-l", `${data}/log`, ...words));
  execFileSync(CHROOT, [ROOT, "chown", "postgres:postgres", data]);
  chmodSync(folder, 0o700);
  onTestFinished(async () => {
    await control("-m", "immediate", "stop").catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  });
  await inside(
    `${BIN}/initdb`,
    "-D",
    data,
    "-U",
    "postgres",
    "--auth=trust",
    "--no-sync",
    "--locale=C.UTF-8",
  );
  await control("-o", options, "start");
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    restart: (how) => control("-m", how, "-o", options, "restart"),
  };
}

function inside(...words: string[]) {
  return run(CHROOT, [ROOT, "runuser", "-u", "postgres", "--", ...words]);
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
