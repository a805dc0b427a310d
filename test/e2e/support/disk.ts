import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { onTestFinished, test } from "vitest";
import { stopOwner } from "../../support/embedded.ts";
import type { Place } from "./place.ts";

/** A test that mounts a disk of its own. */
export const mountTest = (title: string, work: () => Promise<void>) =>
  canMount ? test(title, work) : test.skip(`${title} [SKIPPED: needs root to mount a small disk]`, work);

/** A disk of its own under a place's home, until the test is over. */
export interface Disk {
  readonly path: string;
  /** Writes until nothing more fits. */
  fill(): void;
  makeRoom(): void;
  /** Ends the embedded store's process that lives on it. */
  leave(): Promise<void>;
  /** Mounts it anew with other options, such as `ro`. */
  remount(options: string): void;
}

/** Moves the place's PRELOOP_HOME onto a new, small disk. */
export function moveToSmallDisk(here: Place, sizeMb = 200): Disk {
  const folder = mkdtempSync("/tmp/preloop-disk-");
  mount(folder, `size=${sizeMb}m,mode=700`);
  here.env.PRELOOP_HOME = folder;
  onTestFinished(async () => {
    await stopOwner(folder);
    execFileSync("/bin/umount", ["-l", folder]);
    rmSync(folder, { recursive: true });
  });
  const ballast = path.join(folder, "ballast");
  return {
    path: folder,
    fill() {
      // Whole pages first; what is left of the last one a file that grows can still take.
      for (const size of [1 << 20, 1 << 12]) {
        try {
          for (;;) appendFileSync(ballast, Buffer.alloc(size));
        } catch {
          // It is full.
        }
      }
    },
    leave: () => stopOwner(folder),
    makeRoom: () => rmSync(ballast),
    remount: (options) => mount(folder, `remount,${options}`),
  };
}

function mount(folder: string, options: string): void {
  execFileSync("/bin/mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder], { stdio: "pipe" });
}

const canMount = process.getuid?.() === 0 && process.platform === "linux" && tryMount();

function tryMount(): boolean {
  const probe = mkdtempSync("/tmp/preloop-mount-");
  try {
    mount(probe, "size=1m");
    execFileSync("/bin/umount", [probe], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}
