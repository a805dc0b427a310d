import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "#base";
import { openStore } from "#store";
import { keptIn } from "../support/world-in-store.ts";
import { makePlace, type Place } from "./support/place.ts";
import { DIALECTS, type TrackerServer } from "./support/tracker-servers.ts";

const places: Place[] = [];
let server: TrackerServer;

async function place(): Promise<Place> {
  const made = await makePlace({ trackers: { work: server.config } });
  places.push(made);
  return made;
}

afterEach(async () => {
  for (const one of places.splice(0)) await one.remove();
  await server.served.close();
  expect(server.served.violations).toEqual([]);
});

async function kept({ home }: Place): Promise<{ readonly issues: readonly { readonly title: string }[] }> {
  const db = await openStore({ home, log: silentLog });
  return keptIn(db).finally(() => db.close()) as ReturnType<typeof kept>;
}

/** Starts a sync, lets the tracker answer so many requests, and kills the process where it waits for the next answer. */
async function killAfter(answers: number, { program, env }: Place): Promise<number | NodeJS.Signals | null> {
  const { faults, requests } = server.served;
  const take = faults.take;
  const last = requests.length + answers;
  faults.take = (asked) => (requests.length > last ? { kind: "silence" } : take(asked));
  const [command, ...words] = program;
  const child = spawn(command, [...words, "sync"], { env, stdio: "ignore" });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on("exit", (status, signal) => resolve(status ?? signal));
  });
  while (requests.length <= last && child.exitCode === null)
    await new Promise((done) => setTimeout(done, 20));
  child.kill("SIGKILL");
  faults.take = take;
  return ended;
}

describe.each(Object.keys(DIALECTS))("preloop sync with %s", (dialect) => {
  beforeEach(async () => {
    server = await DIALECTS[dialect]!();
  });

  test("is killed at every page, and ends as if it had not been", { timeout: 180_000 }, async () => {
    const whole = await place();
    expect(JSON.parse((await whole.run("sync", "--json")).stdout)).toMatchObject({
      complete: true,
      projects: [{ tracker: "work", outcome: "read", new: 230, comments: 77, gone: 0 }],
    });
    const broken = await place();
    let kills = 0;
    // Each run gets one answer more than the one before, and goes on behind the last page that was kept.
    for (let answers = 0; (await killAfter(answers, broken)) === "SIGKILL"; answers++) kills++;
    expect(kills).toBeGreaterThan(3);
    expect(await kept(broken)).toEqual(await kept(whole));
  });

  test("brings what changed, and with --full takes away what is gone", { timeout: 120_000 }, async () => {
    const here = await place();
    await here.run("sync");
    server.retitle(7, "Told behind its back");
    server.add({ title: "Brand new" });
    server.remove(9);
    const second = JSON.parse((await here.run("sync", "--json")).stdout);
    expect(second.projects).toMatchObject([{ outcome: "read", swept: false, new: 1, changed: 1 }]);
    const titles = async () => {
      const { issues } = (await kept(here)) as { issues: { title: string; gone: boolean }[] };
      return issues.filter(({ gone }) => !gone).map(({ title }) => title);
    };
    expect(await titles()).toEqual(expect.arrayContaining(["Told behind its back", "Brand new", "Issue 9"]));
    const full = JSON.parse((await here.run("sync", "--full", "--json")).stdout);
    expect(full.projects).toMatchObject([{ outcome: "read", swept: true, gone: 1, new: 0, changed: 0 }]);
    expect(await titles()).not.toContain("Issue 9");
  });
});

describe("preloop sync", () => {
  beforeEach(async () => {
    server = await DIALECTS.GitHub!();
  });

  test("says what failed with a table and status 15, and never the token", { timeout: 60_000 }, async () => {
    const here = await place();
    server.served.faults.add({ fault: { kind: "answer", status: 401 }, times: 100 });
    const { status, stdout, stderr } = await here.run("sync");
    expect(status).toBe(15);
    expect(stdout).toMatch(/^work +acme\/app +x failed /m);
    expect(stderr).toMatch(/1 of 1 projects were not read to the end.*\n {2}work › acme\/app: ./);
    expect(stdout + stderr).not.toContain(server.token);
  });

  test("names the trackers there are when another one is wanted", { timeout: 60_000 }, async () => {
    const { status, stderr } = await (await place()).run("sync", "play");
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining("it has work") });
  });

  test("started twice at once reads everything once", { timeout: 120_000 }, async () => {
    const here = await place();
    const runs = await Promise.all([here.run("sync", "--json"), here.run("sync", "--json")]);
    expect(runs.map(({ status }) => status)).toEqual([0, 0]);
    expect((await here.run("sync")).status).toBe(0);
    expect((await kept(here)).issues).toHaveLength(230);
  });

  test("watches through failures, and ends in peace when told to", { timeout: 120_000 }, async () => {
    const here = await place();
    const [command, ...words] = here.program;
    const child = spawn(command, [...words, "sync", "--watch", "--every", "1s", "--json"], {
      env: here.env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = new Promise((resolve) => child.on("exit", (...how) => resolve(how)));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const until = async (wanted: object) => {
      for (;;) {
        const event = JSON.parse((await lines.next()).value ?? "null");
        try {
          expect(event).toMatchObject(wanted);
          return;
        } catch {}
      }
    };
    await until({ event: "project", new: 230 });
    server.served.faults.add({ fault: { kind: "answer", status: 403 }, times: 50 });
    await until({ event: "project", outcome: "failed" });
    server.served.faults.clear();
    server.add({ title: "Brand new" });
    await until({ event: "project", outcome: "read", new: 1 });
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });
});
