import { describe, expect, test } from "vitest";
import { isCustomMethod, isKnownMethod, isLegacyOnly, JUDGED_METHODS } from "#protocol";

describe("a method", () => {
  test.for(["tools/call", "initialize", "tasks/get", "server/discover", "resources/templates/list"])(
    "of the protocol is known, and no config need name it: %s",
    (method) => {
      expect([isKnownMethod(method), isCustomMethod(method)]).toEqual([true, false]);
    },
  );

  test.for([
    "tools/run",
    "tools/",
    "tools",
    "notifications/message",
    "sampling/createMessage",
    "tasks/anything",
    "rpc.discover",
    "$/cancelRequest",
    "roots/list",
  ])("that the protocol keeps for itself can be named by no config: %s", (method) => {
    expect([isKnownMethod(method), isCustomMethod(method)]).toEqual([false, false]);
  });

  test.for(["custom/exec", "toolsy/call", "Tools/Call", "x", "", "constructor", "__proto__"])(
    "of another kind is for a config to name: %j",
    (method) => {
      expect([isKnownMethod(method), isCustomMethod(method), isLegacyOnly(method)]).toEqual([
        false,
        true,
        false,
      ]);
    },
  );

  test("is judged when what it asks for is a server's to give", () => {
    expect(JUDGED_METHODS).toEqual([
      "tools/call",
      "prompts/get",
      "resources/read",
      "resources/subscribe",
      "resources/unsubscribe",
      "completion/complete",
      "logging/setLevel",
    ]);
  });
});
