import { expect, test } from "vitest";
import { toolDefinitions } from "../../src/issue-tools/definitions.ts";

test("definitions.json is what the tools take and tell now; npx vitest -u writes it anew", async () => {
  const definitions = `${JSON.stringify(toolDefinitions(), null, 2)}\n`;
  await expect(definitions).toMatchFileSnapshot("../../src/issues/definitions.json");
});
