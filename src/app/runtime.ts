import { createLog, type Log } from "#base";
import { type LoadedConfig, loadConfig, loadSecretKey, openHome, readSettings, type Settings } from "#config";
import { checkSecretKey, type Db, openStore, shownUrl } from "#store";

/** The name of a store that lives in the home. */
export const EMBEDDED = "embedded";

/** Foundation of every service: settings, config, log, the secret key and the store. */
export interface Runtime {
  readonly settings: Settings;
  readonly loaded: LoadedConfig;
  readonly log: Log;
  /** Tells one store from another; holds no password. */
  readonly storeName: string;
  /** The secret key, generated into the home when there is none. */
  key(): Promise<Buffer>;
  /** The store, opened with the first wish for it; a failed opening is tried anew. @throws secret_mismatch, store_… */
  store(): Promise<Db>;
  close(): Promise<void>;
}

/** The runtime of a process that serves: what the config wants people to know is in its log, and its home is there. */
export async function openServingRuntime(flag: string | undefined): Promise<Runtime> {
  const runtime = await openRuntime(flag);
  for (const note of runtime.loaded.notes) runtime.log.warn(note);
  openHome(runtime.settings.home);
  return runtime;
}

/** Reads settings and config. @throws config_missing, config_invalid */
export async function openRuntime(flag: string | undefined): Promise<Runtime> {
  const settings = readSettings({
    env: process.env,
    cwd: process.cwd(),
    ...(flag !== undefined && { flag }),
  });
  const loaded = await loadConfig(settings);
  const log = createLog(settings.logLevel, (line) => process.stderr.write(line));
  const url = settings.databaseUrl ?? loaded.config.store.url;
  let opened: Promise<Db> | undefined;
  let key: Promise<Buffer> | undefined;

  const secretKey = () => {
    key ??= loadSecretKey(settings);
    return key;
  };

  return {
    settings,
    loaded,
    log,
    storeName: url === undefined ? EMBEDDED : shownUrl(url),
    key: secretKey,
    store() {
      opened ??= open();
      opened.catch(() => {
        opened = undefined;
      });
      return opened;
    },
    async close() {
      const db = await opened?.catch(() => undefined);
      await db?.close();
    },
  };

  async function open(): Promise<Db> {
    openHome(settings.home);
    const db = await openStore({ url, home: settings.home, log });
    try {
      await checkSecretKey(db, await secretKey());
      return db;
    } catch (error) {
      await db.close();
      throw error;
    }
  }
}
