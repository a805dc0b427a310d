import { afterEach, describe } from "vitest";
import { createPostgresStore, type OwnedStore } from "../../support/stores.ts";
import { type ClientKind, connect, type TestClient } from "./clients.ts";
import { makePlace, type Place, type PlaceOptions } from "./place.ts";

/** What an end-to-end test builds; all of it is gone after the test. */
export interface Builder {
  place(options?: PlaceOptions): Promise<Place>;
  client(place: Place, kind?: ClientKind, name?: string): Promise<TestClient>;
}

const server = process.env.PRELOOP_TEST_DATABASE_URL;

/** Runs a suite through the program on the embedded store, and on a PostgreSQL database of its own. */
export function describeOnBothStores(title: string, suite: (builder: Builder) => void): void {
  describe(`${title}, embedded`, () => suite(builder(async () => undefined)));
  if (server) describe(`${title}, on PostgreSQL`, () => suite(builder(() => createPostgresStore(server))));
  else
    describe.skip(`${title}, on PostgreSQL [SKIPPED: set PRELOOP_TEST_DATABASE_URL to run it]`, () =>
      suite(builder(async () => undefined)));
}

function builder(openStore: () => Promise<OwnedStore | undefined>): Builder {
  const places: Place[] = [];
  const clients: TestClient[] = [];
  const stores: OwnedStore[] = [];
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close().catch(() => {})));
    for (const place of places.splice(0)) await place.remove();
    for (const store of stores.splice(0)) await store.remove();
  });
  return {
    async place(options = {}) {
      const store = await openStore();
      if (store) stores.push(store);
      const place = await makePlace({ ...options, databaseUrl: store?.url });
      places.push(place);
      return place;
    },
    async client(place, kind = "SDK v1", name) {
      const client = await connect(kind, place, name);
      clients.push(client);
      return client;
    },
  };
}
