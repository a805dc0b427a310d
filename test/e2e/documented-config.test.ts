import { expect, test } from "vitest";
import { createPostgresStore } from "../support/stores.ts";
import { promise } from "./requirements.ts";
import { connect } from "./support/clients.ts";
import { nextPending } from "./support/pending.ts";
import { ledgerServer, makePlace, readLedger } from "./support/place.ts";

const server = process.env.PRELOOP_TEST_DATABASE_URL;

/** The environment of the block, but for where the server listens. */
function environmentOfTheBlock(url: string): Record<string, string> {
  const { host, pathname } = new URL(url);
  return {
    DATABASE_URL: `postgresql+psycopg://postgres:postgres@${host}${pathname}`,
    SECRET_KEY: "your-secret-key",
  };
}

test.skipIf(!server)(
  `${promise("block")}${server ? "" : " [SKIPPED: set PRELOOP_TEST_DATABASE_URL to run it]"}`,
  async ({ onTestFinished }) => {
    const store = await createPostgresStore(server!);
    const here = await makePlace({ servers: ledgerServer });
    onTestFinished(async () => {
      await here.remove();
      await store.remove();
    });
    const env = environmentOfTheBlock(store.url!);
    const client = await connect("SDK v1", { ...here, env: { ...here.env, ...env } });
    onTestFinished(() => client.close());
    const answer = client.call("led__write", { note: "x" });

    await expect
      .poll(async () => (await here.run("approvals", "list")).stderr, { timeout: 20_000 })
      .toContain(`A live session uses postgresql://postgres@`);
    expect((await here.run("approvals", "list")).stderr).not.toContain("postgres:postgres");

    Object.assign(here.env, env);
    const { id } = await nextPending(here);
    expect(await here.run("approvals", "approve", id)).toMatchObject({ status: 0 });
    expect(await answer).toMatchObject({ text: "write done" });
    expect(await readLedger(here)).toHaveLength(1);

    here.env.SECRET_KEY = "another key altogether";
    const stranger = await here.run("approvals", "list");
    expect(stranger).toMatchObject({ status: 6, stderr: expect.stringContaining("another SECRET_KEY") });
  },
);
