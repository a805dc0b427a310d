import { messageOf } from "#base";
import type { DoctorContext, DoctorFinding } from "./doctor-context.ts";

/** Longer apart than this, deadlines look wrong; and than this, they are. */
const ODD_SKEW_MS = 5_000;

const BAD_SKEW_MS = 60_000;

/** Whether the store answers, knows our key, and tells the same time. */
export async function checkStore(context: DoctorContext): Promise<DoctorFinding[]> {
  try {
    const store = await context.store();
    const before = Date.now();
    const [row] = await store.rows<{ ms: string }>(
      "SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms",
    );
    const after = Date.now();
    return [{ check: "store", level: "ok", text: store.shown }, skewFinding(Number(row?.ms), before, after)];
  } catch (error) {
    const mend = "check DATABASE_URL or store.url in the config; preloop db status tells more";
    return [{ check: "store", level: "broken", text: messageOf(error), mend }];
  }
}

/** How far the store's clock is from ours, given the time before and after it was asked. */
export function skewFinding(storeMs: number, before: number, after: number): DoctorFinding {
  const skew = storeMs < before ? before - storeMs : storeMs > after ? storeMs - after : 0;
  const seconds = (skew / 1_000).toFixed(1);
  if (skew < ODD_SKEW_MS) return { check: "clock", level: "ok", text: "the store tells the same time" };
  return {
    check: "clock",
    level: skew < BAD_SKEW_MS ? "warning" : "broken",
    text: `the store's clock is ${seconds} s ${storeMs < before ? "behind" : "ahead of"} this machine's: deadlines end too ${storeMs < before ? "late" : "early"}`,
    mend: "let both machines keep time by NTP",
  };
}
