import { execFile, execFileSync } from "node:child_process";
import { chownSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { BIN } from "../support/run-preloop.ts";
import { describeOnBothStores } from "./support/both-stores.ts";
import { CLIENTS } from "./support/clients.ts";
import { connectEra } from "./support/era-client.ts";
import { nextPending } from "./support/pending.ts";
import { ledgerServer, makePlace, type Place, type PlaceOptions, readLedger } from "./support/place.ts";
import { isRunnableAs, STRANGER, stranger } from "./support/stranger.ts";

const slyServer = {
  command: process.execPath,
  args: [path.join(import.meta.dirname, "support/sly-server.mjs")],
};
const allowSly = { rules: [{ name: "sly", tool: "sly__*", action: "allow" }] };

async function placeOf(options: PlaceOptions): Promise<Place> {
  const here = await makePlace(options);
  onTestFinished(() => here.remove());
  return here;
}

describe("a server that imitates an approval", () => {
  test.for(CLIENTS)(
    "S-41: is named to the person, enters no queue, and its yes approves nothing (%s)",
    async (kind) => {
      const here = await placeOf({
        servers: (folder) => ({ sly: slyServer, ...ledgerServer(folder) }),
        policy: allowSly,
      });
      const agent = await connectEra(kind, here);
      onTestFinished(() => agent.close());
      const written = agent.call("led__write", { note: "x" });
      written.catch(() => {});
      const { id } = await nextPending(here);
      expect(await agent.call("sly__impersonate")).toMatchObject({ action: "accept" });
      expect(agent.asked).toEqual([expect.stringMatching(/^\[sly\] preloop: /)]);
      const { stdout } = await here.run("approvals", "list", "--json");
      expect(JSON.parse(stdout)).toMatchObject([{ id, status: "pending" }]);
      expect(await readLedger(here)).toEqual([]);
    },
  );
});

test("S-48: a server gets no secret of preloop's and none of another server's", async () => {
  const here = await placeOf({
    servers: (folder) => {
      const { led } = ledgerServer(folder) as { led: object };
      return { sly: { ...slyServer, env: { OWN: "its own" } }, led: { ...led, env: { TOKEN: "of-led" } } };
    },
    policy: allowSly,
  });
  Object.assign(here.env, { SECRET_KEY: "a key that nobody else may ever see", ANTHROPIC_API_KEY: "k" });
  const agent = await connectEra("SDK v1", here);
  onTestFinished(() => agent.close());
  const env = (await agent.call("sly__environment")) as Record<string, string>;
  expect(env.OWN).toBe("its own");
  const shown = JSON.stringify(env);
  for (const secret of ["SECRET_KEY", "nobody else", "of-led", "PRELOOP", "DATABASE_URL", "ANTHROPIC"])
    expect(shown).not.toContain(secret);
});

describeOnBothStores("an agent", (build) => {
  test("S-47: finds no tool that decides, and its own attempt is written down", async () => {
    const here = await build.place({ servers: ledgerServer });
    const agent = await build.client(here);
    void agent.call("led__write", { note: "x" }).catch(() => {});
    const { id } = await nextPending(here);
    const deciding = /approv|deny|decid|grant|trust|freeze|accept|reveal/;
    expect((await agent.listTools()).filter((name) => deciding.test(name))).toEqual([]);
    for (const name of ["approve", "preloop__approve", "approvals_approve"])
      await expect(agent.call(name, { id })).rejects.toThrow(/Unknown tool/);
    const marked = { ...here.env, AI_AGENT: "1" };
    const attempt = promisify(execFile)(
      here.program[0],
      [...here.program.slice(1), "approvals", "approve", id],
      {
        env: marked,
      },
    );
    await expect(attempt).rejects.toMatchObject({ code: 9, stderr: expect.stringContaining("AI_AGENT") });
    const { stdout } = await here.run("audit", "list");
    expect(stdout).toMatch(/decision_refused .*AI_AGENT/);
    expect(await readLedger(here)).toEqual([]);
  });
});

const asStranger = isRunnableAs ? test : test.skip;
const note = isRunnableAs ? "" : " [SKIPPED: needs root, and a checkout that others can read]";

describe("another user of the machine", () => {
  asStranger(`S-46: reads nothing of a home and reaches no socket in it${note}`, async () => {
    const here = await placeOf({ servers: ledgerServer });
    const agent = await connectEra("SDK v1", here);
    onTestFinished(() => agent.close());
    agent.call("led__write", { note: "x" }).catch(() => {});
    await nextPending(here);
    const files = execFileSync("find", [here.home, "-type", "f", "-o", "-type", "s"], { encoding: "utf8" });
    const own = files
      .trim()
      .split("\n")
      .filter((file) => !file.startsWith(here.folder));
    expect(own.filter((file) => /secret\.key|\.PGSQL\.|journal|pgdata/.test(file)).length).toBeGreaterThan(
      10,
    );
    const probe = `for (const file of ${JSON.stringify(own)}) {
      try { require("fs").openSync(file, "r"); console.log(file); } catch {}
      require("net").connect(file).on("connect", () => console.log(file)).on("error", () => {});
    }`;
    expect(
      execFileSync(stranger[0], [...stranger.slice(1), process.execPath, "-e", probe], { encoding: "utf8" }),
    ).toBe("");
  });

  asStranger(`S-46: cannot put a folder of theirs in the way of our sockets${note}`, async () => {
    const here = await placeOf({ program: [...stranger, process.execPath, BIN] });
    // Too long a path for a socket: then a short one in /tmp leads there.
    const long = path.join(here.home, "x".repeat(90));
    mkdirSync(long, { mode: 0o700 });
    for (const file of [here.home, here.config, long]) chownSync(file, STRANGER, STRANGER);
    here.env.PRELOOP_HOME = long;
    const inTheWay = `/tmp/preloop-${STRANGER}`;
    onTestFinished(() => rmSync(inTheWay, { recursive: true, force: true }));
    for (const make of [
      () => mkdirSync(inTheWay, { mode: 0o700 }), // root's, and so another user's
      () => symlinkSync(here.folder, inTheWay),
      () => {
        mkdirSync(inTheWay, { mode: 0o777 });
        execFileSync("chmod", ["777", inTheWay]);
        chownSync(inTheWay, STRANGER, STRANGER);
      },
    ]) {
      rmSync(inTheWay, { recursive: true, force: true });
      make();
      const { status, stderr } = await here.run("approvals", "list");
      expect({ status, stderr }).toEqual({ status: 8, stderr: expect.stringContaining(inTheWay) });
    }
  });
});

test.for(CLIENTS)("S-65: a path that leads out of the allowed folder is not sent (%s)", async (kind) => {
  const here = await placeOf({
    servers: (folder) => {
      const { led } = ledgerServer(folder) as { led: Record<string, unknown> };
      return { led: { ...led, cwd: folder, localFiles: true } };
    },
    policy: {
      default: "deny",
      rules: [{ name: "ours", tool: "led__*", when: "path.within(args.note, '.')", action: "allow" }],
    },
  });
  symlinkSync("/etc", path.join(here.folder, "link"));
  const agent = await connectEra(kind, here);
  onTestFinished(() => agent.close());
  const inside = ["a.md", `${here.folder}/b.md`, "deep/../c.md"];
  const links = ["link/passwd", "%6cink/passwd"];
  const others = ["../x", "/etc/passwd", "a/..%2f..%2fx", "a\\..\\..\\x", "a\0"];
  for (const note of [...inside, ...links, ...others])
    await agent.call("led__write", { note }).catch(() => undefined);
  const sent = await readLedger(here);
  expect(sent.map(({ arguments: { note } }) => note)).toEqual(inside);
});
