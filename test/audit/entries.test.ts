import { expect, test } from "vitest";
import { listAudit } from "#audit";
import { describeStores } from "../support/stores.ts";
import { auditOf, callOf, callsOf, collect, decisionOf, key, writeCall } from "./support.ts";
import { useHome } from "./use-home.ts";

const here = useHome();

describeStores("the audit in the store", (open) => {
  test("is listed by time, tool, server, session and outcome, and by the newest", async () => {
    const db = await open();
    const times = Array.from({ length: 6 }, (_, n) => new Date(Date.UTC(2026, 0, 1 + n)));
    const clock = { now: () => times[at++]!, ticksMs: () => 0 };
    let at = 0;
    const audit = auditOf(here.home, { store: async () => db, clock });
    const session = { ...callOf().session, id: 's"2' };
    await writeCall(audit, { id: "0", tool: "read" });
    await writeCall(audit, { id: "1", server: "web" });
    await writeCall(audit, { id: "2", session });
    await audit.begin(callOf({ id: "3" }), decisionOf()).finish({ outcome: "refused" });
    await audit.flush();
    await writeCall(audit, { id: "4", session });
    await writeCall(audit, { id: "5", tool: "read" });
    const ids = async (filter: Parameters<typeof listAudit>[1]) =>
      callsOf(await collect(listAudit({ db, home: here.home, key }, filter)))
        .map(({ callId }) => callId)
        .join("");
    expect(await ids({})).toBe("012345");
    expect(await ids({ since: times[3]! })).toBe("345");
    expect(await ids({ tool: "read" })).toBe("05");
    expect(await ids({ tool: "web__write" })).toBe("1");
    expect(await ids({ server: "web" })).toBe("1");
    expect(await ids({ session: 's"2' })).toBe("24");
    expect(await ids({ outcome: "refused" })).toBe("3");
    expect(await ids({ limit: 4 })).toBe("2345");
    expect(await ids({ limit: 1, tool: "write" })).toBe("4");
    await audit.close();
  });

  test("merges more than a page of records of many writers in the order of time", async () => {
    const db = await open();
    const now = Date.now();
    let n = 0;
    const clock = { now: () => new Date(now + (n++ % 7)), ticksMs: () => 0 };
    const [one, two] = [auditOf(here.home, { store: async () => db, clock }), auditOf(here.home, { clock })];
    for (let call = 0; call < 700; call++) {
      await writeCall(one);
      await writeCall(two);
    }
    await one.flush();
    const pending = (await here.listAll(db)).filter(({ isPending }) => isPending);
    expect(pending).toHaveLength(700);
    for (const limit of [undefined, 1_000]) {
      const entries = await collect(
        listAudit({ db, home: here.home, key }, limit === undefined ? {} : { limit }),
      );
      expect(entries).toHaveLength(limit ?? 1_400);
      expect(new Set(entries.map(({ writer, seq }) => `${writer} ${seq}`)).size).toBe(entries.length);
      const places = entries.map(
        ({ record, writer, seq }) => `${record.at} ${writer} ${String(seq).padStart(5)}`,
      );
      expect(places).toEqual([...places].sort());
    }
    await one.close();
    await two.close();
  });
});
