import { type AddressInfo, connect, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { silentLog } from "#base";
import { serveDecisionPages } from "#decision-page";
import { describeStores } from "../../support/stores.ts";
import { formOn, send, textOf } from "../support/http.ts";
import { newRoom } from "../support/room.ts";

describeStores("a decision page", (open) => {
  test("S-03: takes no form that another site sent", async () => {
    const { ask, link, post, statusOf } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const form = formOn((await send(address)).body, "approve");
    const own = new URL(address).origin;
    const foreign = [
      { Origin: "https://evil.test", "Sec-Fetch-Site": "cross-site" },
      { Origin: "https://evil.test" },
      { Origin: own, "Sec-Fetch-Site": "cross-site" },
      { Origin: own, "Sec-Fetch-Site": "same-site" },
      { Origin: `${own}.evil.test` },
      { Origin: `${own}, https://evil.test` },
      { Origin: null },
      { Origin: null, "Sec-Fetch-Site": "cross-site" },
      { Origin: null, "Sec-Fetch-Site": "same-site" },
      { Origin: null, Referer: `${own}/` },
    ];
    for (const headers of foreign) expect((await post(address, form, headers)).status).toBe(403);
    expect(await statusOf(id)).toBe("pending");
    expect((await post(address, form, { Origin: null, "Sec-Fetch-Site": "same-origin" })).status).toBe(200);
  });

  test("S-04: takes no CSRF value of another approval's page", async () => {
    const { ask, link, post, statusOf, fill } = await newRoom(await open());
    const [one, two] = [await ask(), await ask()];
    const [first, second] = [await link(one.id), await link(two.id)];
    const { csrf } = formOn((await send(first)).body, "approve");
    const form = formOn((await send(second)).body, "approve");
    expect(csrf).not.toBe(form.csrf);
    expect((await post(second, { ...form, csrf: csrf! })).status).toBe(403);
    expect([await statusOf(one.id), await statusOf(two.id)]).toEqual(["pending", "pending"]);
    expect((await fill(first, "approve")).status).toBe(200);
  });

  test("S-43: answers only to its own names", async () => {
    const { ask, link, statusOf, post, url } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const { port } = new URL(url);
    const foreign = [
      `evil.test:${port}`,
      "evil.test",
      `127.0.0.1:${Number(port) + 1}`,
      "127.0.0.1",
      `127.0.0.1.evil.test:${port}`,
    ];
    const form = formOn((await send(address)).body, "approve");
    for (const Host of foreign) {
      expect((await send(address, { headers: { Host } })).status).toBe(403);
      expect((await post(address, form, { Host })).status).toBe(403);
    }
    for (const Host of [`localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
      expect((await send(address, { headers: { Host } })).status).toBe(200);
    const { pathname, search } = new URL(address);
    expect(await rawRequest(port, `GET ${pathname}${search} HTTP/1.1\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 403 /,
    );
    expect(await rawRequest(port, `GET ${pathname}${search} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1.1 403 /);
    expect(await statusOf(id)).toBe("pending");
  });

  test("answers to its public name too, at which links then point", async () => {
    const port = await freePort();
    const { ask, link, url } = await newRoom(await open(), {
      port,
      publicUrl: "https://preloop.acme.test/team",
    });
    expect(url).toBe("https://preloop.acme.test/team");
    const { id } = await ask();
    const address = await link(id);
    expect(address).toMatch(`https://preloop.acme.test/team/approvals/${id}?token=`);
    // What a proxy in front of the pages makes of it.
    const forwarded = `http://127.0.0.1:${port}/approvals/${id}`;
    const Host = "preloop.acme.test";
    const page = await send(forwarded + new URL(address).search, { headers: { Host } });
    expect(page.body).toContain(`<form method="post" action="${id}"`);
    const body = new URLSearchParams(formOn(page.body, "approve")).toString();
    const sentFrom = (Origin: string) =>
      send(forwarded, {
        method: "POST",
        headers: { Host, "Content-Type": "application/x-www-form-urlencoded", Origin },
        body,
      });
    expect((await sentFrom("http://preloop.acme.test")).status).toBe(403);
    expect((await sentFrom("https://preloop.acme.test")).status).toBe(200);
  });

  test("S-44: has no answer for null origins, other ports and preflights", async () => {
    const { ask, link, post, statusOf } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const form = formOn((await send(address)).body, "approve");
    for (const Origin of ["null", "http://127.0.0.1:1", "http://localhost:3000", "https://127.0.0.1"]) {
      const reply = await post(address, form, { Origin, "Sec-Fetch-Site": "same-origin" });
      expect(reply.status).toBe(403);
      expect(Object.keys(reply.headers).join()).not.toContain("access-control");
    }
    const headers = { Origin: "https://evil.test", "Access-Control-Request-Method": "POST" };
    const preflight = await send(address, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(403);
    expect(Object.keys(preflight.headers).join()).not.toContain("access-control");
    expect(await statusOf(id)).toBe("pending");
  });

  test("S-53: takes no body but its own form, field by field", async () => {
    const { ask, link, post, statusOf } = await newRoom(await open());
    const { id } = await ask();
    const address = await link(id);
    const form = formOn((await send(address)).body, "approve");
    const { origin, pathname } = new URL(address);
    const raw = (body: string, type = "application/x-www-form-urlencoded") =>
      send(`${origin}${pathname}`, {
        method: "POST",
        headers: { Origin: origin, "Content-Type": type },
        body,
      });
    const encoded = new URLSearchParams(form).toString();
    const refused = [
      raw(`{"decision":"YES"}`, "application/json"),
      raw(JSON.stringify(form), "application/json"),
      raw(`{"decision":"YES"}`),
      raw(encoded, "text/plain"),
      raw(encoded, "multipart/form-data; boundary=x"),
      raw(""),
      raw(`${encoded}&do=approve`),
      raw(`${encoded}&do[]=approve`),
      raw(`${encoded}&extra=1`),
      raw(`${encoded}&reason=because`),
      raw(`${encoded}&__proto__=1`),
      ...["YES", "Approve", "approve ", "constructor", ""].map((value) =>
        post(address, { ...form, do: value }),
      ),
      post(address, { ...form, sure: "no" }),
      post(address, { ...form, do: "deny" }),
      post(address, { ...form, do: "deny", reason: "x".repeat(2_001) }),
      post(address, { ...form, do: "deny", reason: " \r\n " }),
      post(address, { ...form, do: "grant", scope: "server", lifetime: "1h" }),
      post(address, { ...form, do: "grant", scope: "tool", lifetime: "999d" }),
      post(address, { ...form, do: "grant", scope: "tool", lifetime: "1h", glob99: "*" }),
    ];
    for (const reply of await Promise.all(refused))
      expect([reply.status, reply.body]).toEqual([400, expect.any(String)]);
    const huge = await post(address, { ...form, do: "review", args: "x".repeat(1_100_000) });
    expect([huge.status, textOf(huge.body)]).toEqual([413, expect.stringContaining("too large")]);
    for (const method of ["PUT", "PATCH", "DELETE"])
      expect((await send(address, { method, headers: { Origin: origin } })).status).toBe(404);
    expect(await statusOf(id)).toBe("pending");
    expect((await raw(encoded, "application/x-www-form-urlencoded; charset=UTF-8")).status).toBe(200);
  });
});

test("S-45: decision pages listen on this machine only", async () => {
  const pages = await serveDecisionPages({ decisions: {} as never, log: silentLog });
  const port = Number(new URL(pages.url).port);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid);
  for (const { address } of [...others, { address: "127.0.0.2" }])
    expect(await accepts(address, port), address).toBe(false);
  expect(await accepts("127.0.0.1", port)).toBe(true);
  await pages.close();
  expect(await accepts("127.0.0.1", port)).toBe(false);
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "example.com"])
    await expect(serveDecisionPages({ decisions: {} as never, log: silentLog, host })).rejects.toMatchObject({
      code: "usage",
    });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

function rawRequest(port: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = "";
    const socket = connect({ host: "127.0.0.1", port: Number(port) }, () => socket.write(text));
    socket.on("data", (chunk: Buffer) => {
      reply += chunk;
    });
    socket.on("end", () => resolve(reply)).on("error", reject);
  });
}
