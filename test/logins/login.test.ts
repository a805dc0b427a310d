import { describe, expect, test } from "vitest";
import type { Db } from "#store";
import { describeStores } from "../support/stores.ts";
import { call, start, testHost, until } from "../upstreams/support.ts";
import { browse, guardedServer, keyOf, logInAt, SECRET, tokensAt } from "./support.ts";

describeStores("a login at a remote server", (open) => {
  test("lets calls through, with tokens that are kept encrypted and bound to the server", async () => {
    const [db, server] = await Promise.all([open(), guardedServer()]);
    const upstream = start({ url: server.url }, { credentials: tokensAt(db, server.url) });
    expect(await upstream.settled(20_000)).toMatchObject({
      kind: "down",
      reason: "asks for a login (HTTP 401); run: preloop login files",
      final: false,
    });
    await logInAt(db, server.url);
    // The session that was there before the login goes on by itself.
    await until(() => upstream.state.kind === "ready", "it is there after the login");
    expect(await call(upstream, "echo", { text: "hi" })).toBe("hi");
    expect(await server.stats()).toMatchObject({ registered: 1, exchanged: 1, refreshed: 0, refused: [] });
    const [row] = await db.rows<{ sealed: string }>("SELECT * FROM server_login");
    expect(JSON.stringify(row)).not.toMatch(/at-|rt-|client-/);
    const token = (await tokensAt(db, server.url).renew(undefined))!;
    expect(token).toMatch(/^at-/);
    expect(await tokensAt(db, `${server.url}/other`).renew(undefined)).toBeUndefined();
    expect(await tokensAt(db, server.url, "local:bob").renew(undefined)).toBeUndefined();
    // A row that was put under another address does not open there.
    await db.rows("UPDATE server_login SET url = $1", [`${server.url}/other`]);
    await expect(tokensAt(db, `${server.url}/other`).renew(undefined)).rejects.toMatchObject({
      code: "login_failed",
    });
  });

  test("is renewed when its token has run out, and the call is made", async () => {
    const [db, server] = await Promise.all([open(), guardedServer("expiry=hidden")]);
    await logInAt(db, server.url);
    const upstream = start({ url: server.url }, { credentials: tokensAt(db, server.url) });
    expect(await call(upstream, "echo", { text: "one" })).toBe("one");
    await server.post("expire");
    const calls = Array.from({ length: 5 }, (_, at) => call(upstream, "echo", { text: String(at) }));
    expect(await Promise.all(calls)).toEqual(["0", "1", "2", "3", "4"]);
    expect(await server.stats()).toMatchObject({ refreshed: 1, reused: 0, called: 6 });
  });

  test("that was revoked asks for a new one, and tries the old refresh token once", async () => {
    const [db, server] = await Promise.all([open(), guardedServer()]);
    await logInAt(db, server.url);
    const upstream = start({ url: server.url }, { credentials: tokensAt(db, server.url) });
    expect(await call(upstream, "echo", { text: "one" })).toBe("one");
    await server.post("revoke");
    for (let at = 0; at < 3; at++)
      await expect(call(upstream, "echo", { text: "two" })).rejects.toThrow(/run: preloop login files/);
    expect((await server.stats()).refused).toEqual(["unknown refresh token"]);
    await logInAt(db, server.url);
    await until(
      async () => (await call(upstream, "echo", { text: "3" }).catch(() => "")) === "3",
      "it is back",
    );
  });

  test("is renewed by somebody else when the one who began it is gone", async () => {
    const [db, server] = await Promise.all([open(), guardedServer()]);
    await logInAt(db, server.url);
    const first = (await tokensAt(db, server.url).renew(undefined))!;
    await db.rows(
      "UPDATE server_login SET renewer = 'gone', renewer_until = clock_timestamp() + interval '1 second'",
    );
    const times = { claimMs: 20_000, pollMs: 20 };
    const [one, other] = await Promise.all(
      [1, 2].map(() => tokensAt(db, server.url, undefined, times).renew(first)),
    );
    expect(one).toMatch(/^at-/);
    expect([one === other, one === first]).toEqual([true, false]);
    expect(await server.stats()).toMatchObject({ refreshed: 1, reused: 0 });
  });

  test("works with a client that was registered by hand, secret and all", async () => {
    const [db, server] = await Promise.all([open(), guardedServer("registration=no")]);
    await expect(logInAt(db, server.url)).rejects.toThrow(/oauth\.clientId/);
    await expect(
      logInAt(db, server.url, { client: { clientId: "known", clientSecret: "wrong" } }),
    ).rejects.toMatchObject({ code: "login_failed" });
    await logInAt(db, server.url, { client: { clientId: "known", clientSecret: "s3cret" } });
    const token = (await tokensAt(db, server.url).renew(undefined))!;
    await server.post("expire");
    expect(await tokensAt(db, server.url).renew(token)).toMatch(/^at-/);
    expect(await server.stats()).toMatchObject({ registered: 0, exchanged: 1, refreshed: 1 });
  });

  test("is not shaken by others who knock at its door", async () => {
    const [db, server] = await Promise.all([open(), guardedServer()]);
    const statuses: number[] = [];
    const show = async (address: URL) => {
      const door = address.searchParams.get("redirect_uri")!;
      const knocks = ["", "?code=x", "?code=x&state=wrong", "?error=access_denied&state="];
      for (const knock of knocks) statuses.push((await fetch(door + knock)).status);
      statuses.push((await fetch(door.replace("/callback", "/"))).status);
      void browse(address);
    };
    await logInAt(db, server.url, { show });
    expect(statuses).toEqual([400, 400, 400, 400, 400]);
    expect(await server.stats()).toMatchObject({ exchanged: 1, refused: [] });
  });

  test("cannot be read with another key", async () => {
    const [db, server] = await Promise.all([open(), guardedServer()]);
    await logInAt(db, server.url);
    const { createTokens } = await import("#logins");
    const { silentLog } = await import("#base");
    const key = async () => Buffer.from(SECRET.toString().toUpperCase());
    const tokens = createTokens({ at: keyOf(server.url), db: async () => db, key, log: silentLog });
    await expect(tokens.renew(undefined)).rejects.toThrow(/SECRET_KEY/);
  });
});

/** A store that fails the test that enters it. */
const nowhere = new Proxy({} as Db, {
  get: () => {
    throw new Error("the store was entered");
  },
});

describe("a login", () => {
  test.for([
    ["an answer from somebody else (RFC 9207)", ["iss=http://127.0.0.1:1/as"], /iss/i],
    ["an answer that does not say who it is from", ["iss=missing"], /iss/i],
    ["metadata of another issuer", ["issuer=http://127.0.0.1:1/as"], /issuer/i],
    ["no PKCE", ["pkce=no"], /PKCE/],
    ["another resource", ["resource=https://elsewhere.example/mcp"], /another resource/],
    [
      "a page that is a script (S-42)",
      ["authorize=javascript:alert(1)"],
      /describes itself wrongly.*authorization_endpoint/,
    ],
    ["a page that is a file (S-42)", ["authorize=file:///etc/passwd"], /no https address/],
    ["a page in plain text (S-42)", ["authorize=http://elsewhere.example/$(calc)"], /no https address/],
    ["a person who says no", ["consent=no"], /access_denied/],
  ] as const)("is not made with %s", async ([, options, message]) => {
    const server = await guardedServer(...options);
    await expect(logInAt(nowhere, server.url)).rejects.toMatchObject({
      code: "login_failed",
      message: expect.stringMatching(message),
    });
    expect(await server.stats()).toMatchObject({ exchanged: 0 });
  });

  test("ends when nobody comes back", async () => {
    const server = await guardedServer();
    const gaveUp = new AbortController();
    const show = async () => gaveUp.abort();
    await expect(logInAt(nowhere, server.url, { show, signal: gaveUp.signal })).rejects.toThrow(
      /Nobody came back/,
    );
  });
});

describe("a server whose config has a token", () => {
  test("gets that one, and no login is looked for", async () => {
    const server = await guardedServer();
    const never = {
      current: () => {
        throw new Error("asked");
      },
      renew: () => Promise.reject(new Error("asked")),
    };
    const upstream = start(
      { url: server.url, headers: { authorization: "Bearer mine" } },
      { credentials: never, host: testHost() },
    );
    expect(await upstream.settled(20_000)).toMatchObject({
      reason: expect.stringMatching(/renew the token at mcpServers\.files\.headers\.Authorization/),
      final: true,
    });
  });
});
