import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "#base";
import { openStore } from "#store";
import { createPostgresStore, type OwnedStore } from "../support/stores.ts";
import { keptIn } from "../support/world-in-store.ts";
import { makePlace, type Place } from "./support/place.ts";
import { DIALECTS, type TrackerServer } from "./support/tracker-servers.ts";

const postgres = process.env.PRELOOP_TEST_DATABASE_URL;
const places: Place[] = [];
const stores: OwnedStore[] = [];
let server: TrackerServer;

async function place(databaseServer?: string): Promise<Place> {
  const store = databaseServer === undefined ? undefined : await createPostgresStore(databaseServer);
  if (store) stores.push(store);
  const made = await makePlace({ trackers: { work: server.config }, databaseUrl: store?.url });
  places.push(made);
  return made;
}

afterEach(async () => {
  for (const one of places.splice(0)) await one.remove();
  for (const one of stores.splice(0)) await one.remove();
  await server.served.close();
  expect(server.served.violations).toEqual([]);
});

async function kept({
  home,
  env,
}: Place): Promise<{ readonly issues: readonly { readonly title: string }[] }> {
  const db = await openStore({ home, url: env.DATABASE_URL, log: silentLog });
  return keptIn(db).finally(() => db.close()) as ReturnType<typeof kept>;
}

/** Starts a sync, lets the tracker show so many pages, and kills the process where it waits for the next one. */
async function killAfter(pages: number, { program, env }: Place): Promise<number | NodeJS.Signals | null> {
  const { faults } = server.served;
  const take = faults.take;
  let asked = 0;
  faults.take = (request) => {
    if (server.pages.test(request.path)) asked++;
    return asked > pages ? { kind: "silence" } : take(request);
  };
  const [command, ...words] = program;
  const child = spawn(command, [...words, "sync"], { env, stdio: "ignore" });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on("exit", (status, signal) => resolve(status ?? signal));
  });
  while (asked <= pages && child.exitCode === null) await new Promise((done) => setTimeout(done, 20));
  child.kill("SIGKILL");
  faults.take = take;
  return ended;
}

describe.each(Object.keys(DIALECTS))("preloop sync with %s", (dialect) => {
  beforeEach(async () => {
    server = await DIALECTS[dialect]!();
  });

  test("is killed at every page, and ends as if it had not been", { timeout: 300_000 }, async () => {
    // The stores differ in nothing that a tracker could see, so one dialect is enough to try both.
    const whole = await place(dialect === "GitHub" ? postgres : undefined);
    expect(JSON.parse((await whole.run("sync", "--json")).stdout)).toMatchObject({
      complete: true,
      projects: [{ tracker: "work", outcome: "read", new: 230, comments: 77, gone: 0 }],
    });
    const broken = await place();
    let kills = 0;
    // Each run is shown one page more than the one before, and goes on behind the last page that was kept.
    for (let pages = 0; (await killAfter(pages, broken)) === "SIGKILL"; pages++) kills++;
    expect(kills).toBeGreaterThan(2);
    expect(await kept(broken)).toEqual(await kept(whole));
  });

  test("brings what changed, and with --full takes away what is gone", { timeout: 240_000 }, async () => {
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
    expect((await here.run("sync", "--status")).stdout).toMatch(/^work +acme\/app +never +never +x /m);
  });

  test("names the trackers there are when another one is wanted", { timeout: 60_000 }, async () => {
    const { status, stderr } = await (await place()).run("sync", "play");
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining("it has work") });
  });

  test("started twice at once reads everything once", { timeout: 240_000 }, async () => {
    const here = await place();
    const runs = await Promise.all([here.run("sync", "--json"), here.run("sync", "--json")]);
    expect(runs.map(({ status }) => status)).toEqual([0, 0]);
    expect((await here.run("sync")).status).toBe(0);
    expect((await kept(here)).issues).toHaveLength(230);
  });

  test("watches through failures, and ends in peace when told to", { timeout: 240_000 }, async () => {
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
