import { randomBytes } from "node:crypto";
import net from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { silentLog } from "#base";
import { openStore } from "#store";
import { describeStores } from "../../support/stores.ts";

const SECRET = "p4ssw0rd-of-nobody";

describeStores("a store", (_open, _kind, _create, createNew) => {
  test("that a newer preloop has migrated is refused", async () => {
    const store = await createNew();
    const db = await store.open();
    await db.rows(
      "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'y', '29990101000000_future', now())",
    );
    await expect(store.open()).rejects.toMatchObject({
      code: "store_newer",
      message: expect.stringContaining("29990101000000_future"),
    });
  });

  test("whose migration was changed afterwards is refused", async () => {
    const store = await createNew();
    const db = await store.open();
    await db.rows("UPDATE _prisma_migrations SET checksum = 'another'");
    await expect(store.open()).rejects.toMatchObject({ code: "store_conflict" });
  });

  test("whose migration never finished is refused, and one that was rolled back is run again", async () => {
    const store = await createNew();
    const db = await store.open();
    await db.rows("UPDATE _prisma_migrations SET finished_at = NULL");
    await expect(store.open()).rejects.toMatchObject({ message: expect.stringContaining("never finished") });
    await db.rows("UPDATE _prisma_migrations SET rolled_back_at = now()");
    await expect(store.open()).rejects.toMatchObject({ code: "42P07" }); // the tables are still there
  });
});

describe("a PostgreSQL that cannot be used", () => {
  const servers: net.Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  const open = (url: string) => openStore({ url, home: "/nonexistent", log: silentLog });
  const failureOf = async (url: string) => {
    const error = await open(url).then(
      () => new Error("it opened"),
      (thrown: unknown) => thrown as Error,
    );
    // Neither in the message nor in anything that a log could print of it.
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(SECRET);
    return error;
  };
  /** A server that answers every connection with these bytes. */
  const serve = async (answer: (socket: net.Socket) => void) => {
    const server = net.createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  };

  test("because nothing listens is said so, without its password", async () => {
    const host = await serve(() => {});
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    expect(await failureOf(`postgresql://ana:${SECRET}@${host}/preloop`)).toMatchObject({
      code: "store_unavailable",
      message: expect.stringMatching(/ana@127\.0\.0\.1:\d+\/preloop.*nothing listens/),
    });
  });

  test("because the password is wrong is said so, without the password", async () => {
    const host = await serve((socket) => {
      const fields = ["SFATAL", "VFATAL", "C28P01", 'Mpassword authentication failed for user "ana"', ""];
      const body = Buffer.from(`${fields.join("\0")}\0`);
      const length = Buffer.alloc(4);
      length.writeInt32BE(body.length + 4);
      socket.once("data", () => socket.end(Buffer.concat([Buffer.from("E"), length, body])));
    });
    expect(await failureOf(`postgresql+psycopg://ana:${SECRET}@${host}/preloop`)).toMatchObject({
      code: "store_unavailable",
      message: expect.stringMatching(/password authentication failed.*correct the user or the password/),
    });
  });

  test.for([
    ["no URL at all", `mysql://ana:${SECRET}@db/x`],
    ["a port that is none", `postgresql://ana:${SECRET}@db:port/x`],
    ["a raw character in the password", `postgresql://ana:${SECRET}/#?@db:x/y`],
  ] as const)("because of %s is a config error that keeps the secret", async ([, url]) => {
    expect(await failureOf(url)).toMatchObject({ code: "config_invalid" });
  });
});

describe.skipIf(!process.env.PRELOOP_TEST_DATABASE_URL)(
  "a PostgreSQL with too few rights [needs PRELOOP_TEST_DATABASE_URL]",
  () => {
    const undo: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const step of undo.splice(0).reverse()) await step();
    });

    const administer = async (url: string, sql: string) => {
      const { default: pg } = await import("pg");
      const client = new pg.Client(url);
      await client.connect();
      await client.query(sql).finally(() => client.end());
    };

    test("is said what an administrator runs", async () => {
      const server = process.env.PRELOOP_TEST_DATABASE_URL!;
      const name = `preloop_test_${randomBytes(6).toString("hex")}`;
      await administer(server, `CREATE ROLE ${name} LOGIN PASSWORD '${SECRET}'`);
      undo.push(() => administer(server, `DROP ROLE ${name}`));
      await administer(server, `CREATE DATABASE ${name} OWNER ${name}`);
      undo.push(() => administer(server, `DROP DATABASE ${name} WITH (FORCE)`));
      const url = new URL(server);
      Object.assign(url, { pathname: `/${name}`, username: name, password: SECRET });
      const open = () => openStore({ url: url.href, home: "/nonexistent", log: silentLog });
      await expect(open()).rejects.toMatchObject({
        code: "store_unavailable",
        message: expect.stringContaining("CREATE EXTENSION vector"),
      });
      const admin = new URL(server);
      admin.pathname = `/${name}`;
      await administer(admin.href, "CREATE EXTENSION vector");
      const db = await open();
      expect(await db.rows("SELECT count(*)::int AS n FROM setting")).toEqual([{ n: 0 }]);
      await db.close();
    });

    test("and without the database is said so", async () => {
      const url = new URL(process.env.PRELOOP_TEST_DATABASE_URL!);
      url.pathname = "/preloop_test_not_there";
      await expect(openStore({ url: url.href, home: "/nonexistent", log: silentLog })).rejects.toMatchObject({
        code: "store_unavailable",
        message: expect.stringContaining("createdb"),
      });
    });
  },
);
