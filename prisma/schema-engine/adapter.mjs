import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import pg from "pg";

// Postgres's internal type "char" and its text, and what the engine calls a single character.
const INTERNAL_CHAR = 18;
const TEXT = 25;
const CHARACTER = ColumnTypeEnum.Character;

/** A URL of the same server that names another database. */
export function withDatabase(url, name) {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(name)}`;
  return other.href;
}

/** Connections for the schema engine, and shadow databases that it may fill and throw away. */
export class Factory extends PrismaPg {
  #datasource;
  #shadows = new Set();

  constructor(datasource) {
    super({ connectionString: datasource.url });
    this.#datasource = datasource;
  }

  connect() {
    return connectTo(this.#datasource.url);
  }

  // The adapter's own would connect to the main database again, since the URL names one.
  async connectToShadowDb() {
    const { url, shadowDatabaseUrl } = this.#datasource;
    if (shadowDatabaseUrl) return connectTo(shadowDatabaseUrl);
    const name = `prisma_migrate_shadow_db_${randomUUID()}`;
    await run(url, `CREATE DATABASE "${name}"`);
    this.#shadows.add(name);
    const adapter = await connectTo(withDatabase(url, name));
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await this.#drop(name);
    };
    return adapter;
  }

  async dropShadows() {
    for (const name of this.#shadows) await this.#drop(name).catch(() => {});
  }

  async #drop(name) {
    await run(this.#datasource.url, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    this.#shadows.delete(name);
  }
}

// Introspection reads columns of the type "char", which the adapter does not know: they pass it as text, and are given
// their true type behind it.
const characters = new AsyncLocalStorage();

class Client extends pg.Client {
  query(...args) {
    const columns = characters.getStore();
    const asText = (result) => {
      for (const [index, field] of (result?.fields ?? []).entries()) {
        if (field.dataTypeID !== INTERNAL_CHAR) continue;
        field.dataTypeID = TEXT;
        columns?.add(index);
      }
      return result;
    };
    const callback = args.at(-1);
    if (typeof callback === "function")
      args[args.length - 1] = (error, result) => callback(error, asText(result));
    return super.query(...args)?.then?.(asText);
  }
}

async function connectTo(connectionString) {
  const pool = new pg.Pool({ connectionString, Client });
  const adapter = await new PrismaPg(pool, { disposeExternalPool: true }).connect();
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    const columns = new Set();
    const result = await characters.run(columns, () => queryRaw(query));
    const columnTypes = result.columnTypes.map((type, index) => (columns.has(index) ? CHARACTER : type));
    return { ...result, columnTypes };
  };
  return adapter;
}

async function run(connectionString, sql) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
