import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeAll, beforeEach } from "vitest";
import { type AuditReport, type ListedEntry, listAudit, recoverJournals, verifyAudit } from "#audit";
import { type Log, silentLog } from "#base";
import type { Db } from "#store";
import { createChain } from "../../src/audit/chain.ts";
import { makeHome } from "../support/embedded.ts";
import { buildFixture, startProgram } from "../support/start-source.ts";
import { auditOf, collect, key, writeCall } from "./support.ts";

/** A home with an audit in it, and what the tests ask of both. */
interface AuditHome {
  /** Another folder for each test. */
  readonly home: string;
  /** The program that writes calls until it is killed, built. */
  readonly writerProgram: string;
  /** The names in the journals' folder, sorted. */
  journals(): readonly string[];
  /** Lets a writer leave a journal of so many calls as a killed process would; gives the journal's file. */
  leaveJournal(calls: number, writer?: string): Promise<string>;
  /** A store with three writers of ten records each, all shipped. */
  fill(db: Db): Promise<void>;
  recover(db: Db, log?: Log): ReturnType<typeof recoverJournals>;
  listAll(db: Db): Promise<readonly ListedEntry[]>;
  verify(db: Db): Promise<AuditReport>;
}

/** Gives each test of the file a new home, and removes it afterwards. */
export function useHome(): AuditHome {
  let home = "";
  let writerProgram = "";
  beforeAll(async () => {
    writerProgram = await buildFixture("audit-writer");
  });
  beforeEach(async () => {
    home = await makeHome();
  });
  afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

  return {
    get home() {
      return home;
    },
    get writerProgram() {
      return writerProgram;
    },
    journals: () => fs.readdirSync(path.join(home, "journal")).sort(),
    async leaveJournal(calls, writer = "w1") {
      const options = { home, writer, key: String(key), calls, abandon: true };
      await startProgram(writerProgram, [JSON.stringify(options)]).ended;
      return path.join(home, "journal", `${writer}.ndjson`);
    },
    async fill(db) {
      for (const id of ["wa", "wb", "wc"]) {
        const audit = auditOf(home, { writer: { id, host: "test" }, store: async () => db });
        for (let n = 0; n < 10; n++) await writeCall(audit, { id: `${id}-${n}` });
        await audit.close();
      }
    },
    recover: (db, log = silentLog) =>
      recoverJournals({ home, directory: path.join(home, "journal"), chain: createChain(key), db, log }),
    listAll: (db) => collect(listAudit({ db, home, key })),
    verify: (db) => verifyAudit({ db, home, key }),
  };
}

/** The number of records that are in the store. */
export async function countStored(db: Db): Promise<number> {
  const [row] = await db.rows<{ n: number }>("SELECT count(*)::int AS n FROM audit_record");
  return row!.n;
}
