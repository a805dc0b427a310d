import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { isAlive } from "#base";

test("a process is alive until it ends", async () => {
  const child = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"]);
  expect(isAlive(child.pid!)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isAlive(child.pid!)).toBe(false);
});

test.runIf(process.platform === "linux")("one that nobody has noticed the end of is gone", async () => {
  // The shell's child ends, and what the shell became never waits for it.
  const parent = spawn("sh", ["-c", "sleep 0.3 & echo $!; exec sleep 60"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void parent.kill("SIGKILL"));
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(line.toString());
  await expect.poll(() => isAlive(pid)).toBe(false);
  expect(readFileSync(`/proc/${pid}/status`, "utf8")).toMatch(/State:\s+Z/);
});
