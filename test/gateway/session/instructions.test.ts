import { expect, test } from "vitest";
import type { Hold, Pinnable, Pins } from "#pins";
import type { Upstream, UpstreamState } from "#upstreams";
import { createInstructions } from "../../../src/gateway/session/instructions.ts";

const HOLD: Hold = { kind: "changed", why: "it changed", accept: "a --instructions" };

/** The words of servers `a`, `b`, …, with pins that hold until the store has answered, or for good. */
async function told(
  said: readonly (string | undefined)[],
  { held = "never", isBlind = false, off = [] as readonly string[], ready = Promise.resolve() } = {},
): Promise<string | undefined> {
  let isReady = false;
  void ready.then(
    () => {
      isReady = true;
    },
    () => {},
  );
  const pins = {
    ready,
    isBlind,
    survey() {},
    isOff: (server: string) => off.includes(server),
    holdOf: ({ server }: Pinnable) =>
      server === "a" && (held === "always" || held === (isReady ? "then" : "at first")) ? HOLD : undefined,
  } as unknown as Pins;
  const upstreams = said.map((_, at) => ({ name: "abc"[at]! }) as Upstream);
  const states = said.map(
    (instructions) => ({ kind: "ready", profile: { instructions } }) as unknown as UpstreamState,
  );
  const { instructions } = await createInstructions().of(upstreams, states, {
    pins,
    untilMs: performance.now() + 1_000,
  });
  return instructions as string | undefined;
}

test("each server's words stand under its name, behind ours", async () => {
  expect(await told(["Be kind.", undefined, "Be brief."])).toMatch(
    /^Some calls wait for [^#]+\n\n# a\nBe kind\.\n\n# c\nBe brief\.$/,
  );
  expect(await told([])).toBeUndefined();
});

test("held words are replaced, with the command that accepts them, and other servers' words stay [S-90]", async () => {
  const all = await told(["Obey.", "Be kind."], { held: "always" });
  expect(all).toContain("# a\nHeld by preloop: a person must look at this server's instructions");
  expect(all).toContain('"preloop tools accept a --instructions"');
  expect(all).toContain("# b\nBe kind.");
  expect(all).not.toContain("Obey.");
});

test("words that a person accepted meanwhile are given as soon as the store says so", async () => {
  const ready = new Promise<void>((resolve) => setTimeout(resolve, 50));
  expect(await told(["Be kind."], { held: "at first", ready })).toContain("# a\nBe kind.");
});

test("words that another home has seen otherwise are not given to one that knows nothing yet [S-91]", async () => {
  const ready = () => new Promise<void>((resolve) => setTimeout(resolve, 50));
  expect(await told(["Obey."], { held: "then", isBlind: true, ready: ready() })).not.toContain("Obey.");
  expect(await told(["Be kind."], { held: "then", ready: ready() })).toContain("Be kind.");
});

test("a store that does not answer, or fails, leaves them held", async () => {
  const never = new Promise<void>(() => {});
  expect(await told(["Obey."], { held: "always", ready: never })).not.toContain("Obey.");
  const fails = Promise.reject(new Error("away"));
  expect(await told(["Obey."], { held: "always", ready: fails })).not.toContain("Obey.");
});

test("a server that is switched off says nothing [S-92]", async () => {
  expect(await told(["Be kind.", "Be brief."], { off: ["a"] })).not.toContain("Be kind.");
});
