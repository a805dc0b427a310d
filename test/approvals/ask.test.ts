import { expect, test } from "vitest";
import { createApprovalRequests } from "#approvals";
import type { QuestionLimits } from "#model";
import { describeStores } from "../support/stores.ts";
import { newAsk, newCall, newScene, newSession, pass } from "./support.ts";

const plenty = { questions: 1_000, bytes: 1_000_000 };
const limited = (limits: Partial<QuestionLimits>) => ({
  limits: () => ({ session: plenty, user: plenty, ...limits }),
});
const ofSize = (bytes: number) => ({ argsText: `{"text":"${"x".repeat(bytes - 11)}"}` });

describeStores("open questions", (open) => {
  test("are bounded by number, and one that ends makes room [S-85]", async () => {
    const { ask, caller, deciders } = newScene(
      await open(),
      limited({ session: { ...plenty, questions: 2 } }),
    );
    const [first] = [await ask(), await ask()];
    const refused = await ask().catch((error) => error);
    expect(refused).toMatchObject({ code: "questions_full", data: { reason: expect.any(String) } });
    expect(refused.message).toContain(
      "files__write was not asked about: 2 questions of this session are open",
    );
    expect(await deciders.list()).toHaveLength(2);
    await caller.cancel(first.id, "the caller gave up");
    await ask();
    await expect(ask()).rejects.toMatchObject({ code: "questions_full" });
  });

  test("are bounded by what agents wrote in them [S-85]", async () => {
    const { ask } = newScene(await open(), limited({ session: { ...plenty, bytes: 1_000 } }));
    await ask(ofSize(600));
    await expect(ask(ofSize(401))).rejects.toMatchObject({ code: "questions_full" });
    await expect(ask({ ...ofSize(100), justification: "x".repeat(301) })).rejects.toMatchObject({
      code: "questions_full",
    });
    await ask(ofSize(400));
  });

  test("of a session are no more however many processes ask at once [S-85]", async () => {
    const db = await open();
    const session = newSession();
    const limits = limited({ session: { ...plenty, questions: 3 } });
    const callers = Array.from({ length: 10 }, () => createApprovalRequests({ db, session, ...limits }));
    const asked = await Promise.allSettled(callers.map((caller) => caller.ask(newAsk(newCall(session)))));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    for (const result of asked)
      if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "questions_full" });
  });

  test("of a user are bounded over all sessions, and leave other users alone [S-85]", async () => {
    const db = await open();
    const limits = limited({ user: { ...plenty, questions: 3 } });
    const scenes = Array.from({ length: 4 }, () => newScene(db, limits));
    for (const { ask } of scenes.slice(0, 3)) await ask();
    await expect(scenes[3]!.ask()).rejects.toMatchObject({
      code: "questions_full",
      message: expect.stringContaining("3 questions of this user's sessions"),
    });
    await newScene(db, { ...limits, session: newSession({ user: "local:bo" }) }).ask();
  });

  test("that are overdue or abandoned take no room, though nobody has looked at them yet [S-85]", async () => {
    const db = await open();
    const { ask } = newScene(db, limited({ session: { ...plenty, questions: 2 } }));
    await pass(db, (await ask()).id, "deadline");
    await pass(db, (await ask()).id, "lease_until");
    await ask();
    await ask();
    await expect(ask()).rejects.toMatchObject({ code: "questions_full" });
  });
});
