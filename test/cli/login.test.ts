import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "../e2e/support/clients.ts";
import { makePlace, type Place, type PlaceOptions } from "../e2e/support/place.ts";
import { guardedServer } from "../logins/support.ts";
import { until } from "../upstreams/support.ts";

async function placeWith(options: PlaceOptions): Promise<Place> {
  const place = await makePlace(options);
  onTestFinished(() => place.remove());
  return place;
}

/** A desktop whose browser notes what it is given, and whose person agrees to everything. */
function desktop({ folder, env }: Place): { words(): string[] } {
  const [bin, noted] = [path.join(folder, "bin"), path.join(folder, "noted")];
  mkdirSync(bin);
  const program = path.join(bin, "xdg-open");
  const script = `require("fs").writeFileSync(${JSON.stringify(noted)}, JSON.stringify(process.argv.slice(2))); fetch(process.argv[2]);`;
  writeFileSync(program, `#!${process.execPath}\n${script}\n`);
  chmodSync(program, 0o755);
  Object.assign(env, { PATH: `${bin}:${env.PATH}` });
  return { words: () => JSON.parse(readFileSync(noted, "utf8")) };
}

test("login opens a browser, and sessions from then on are logged in, as one that waited is", {
  timeout: 90_000,
}, async () => {
  const server = await guardedServer();
  const place = await placeWith({
    servers: () => ({ far: { url: server.url } }),
    policy: { default: "allow" },
  });
  const { words } = desktop(place);
  const waiting = await connect("SDK v1", place);
  onTestFinished(() => waiting.close());
  expect((await place.run("doctor")).stdout).toContain("log in: preloop login far");
  const { status, stdout, stderr } = await place.run("login", "far");
  expect([status, stderr]).toEqual([0, expect.stringContaining("You are logged in to far")]);
  // One word, whatever stands in it (S-42).
  expect(words()).toEqual([stdout.trim()]);
  expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/as\/authorize\?response_type=code&/);
  const after = await connect("SDK v1", place);
  onTestFinished(() => after.close());
  for (const client of [after, waiting]) {
    await until(async () => (await client.listTools()).includes("far__echo"), "its tools are listed");
    expect((await client.call("far__echo", { text: "hi" })).text).toBe("hi");
  }
  expect((await place.run("doctor")).stdout).toMatch(/far lists \d+ tools \(logged in, /);
  expect((await place.run("login", "far", "--forget")).status).toBe(0);
  expect((await place.run("login", "far", "--forget")).status).toBe(3);
});

test.for([
  ["inside an agent", "far", { CLAUDECODE: "1" }, 9, /looks like an agent's own shell/],
  ["to a program", "near", {}, 2, /has no login; remote servers are far, own/],
  ["to nobody", "else", {}, 3, /No server is called else/],
  ["where the config has a token", "own", {}, 2, /has an Authorization already/],
  ["in plain text", "far", {}, 13, /The server's url is no https address/],
] as const)("login %s is refused", async ([, name, env, status, message]) => {
  const place = await placeWith({
    servers: () => ({
      far: { url: "http://far.example/mcp" },
      near: { command: "true" },
      own: { url: "https://own.example/mcp", headers: { authorization: "Bearer x" } },
    }),
  });
  Object.assign(place.env, env);
  const ran = await place.run("login", name, "--no-browser");
  expect(ran).toMatchObject({ status, stderr: expect.stringMatching(message) });
});
