import { expect, test } from "vitest";
import { proposeRules } from "#onboarding";

const tool = (name: string, hints: { readOnly?: boolean; destructive?: boolean } = {}) => ({
  name,
  readOnly: hints.readOnly,
  destructive: hints.destructive,
});

/** What becomes of a tool in the proposal; `nothing` falls to the policy's default. */
function fateOf(asked: ReturnType<typeof tool>): string {
  const [rule, ...more] = proposeRules("s", [asked]);
  expect(more).toEqual([]);
  if (!rule) return "nothing";
  expect(rule.tool).toEqual([`s__${asked.name}`]);
  expect(rule.reason).toMatch(/^Proposed by preloop init/);
  return rule.risk ? `${rule.action} ${rule.risk}` : rule.action;
}

test.for([
  [tool("list_issues"), "allow"],
  [tool("getIssue"), "allow"],
  [tool("anything", { readOnly: true }), "allow"],
  [tool("delete_issue"), "ask high"],
  [tool("tidy", { destructive: true }), "ask high"],
  // A hunch lets nothing pass.
  [tool("create_issue"), "nothing"],
  [tool("issue"), "nothing"],
  [tool("get_or_create"), "nothing"],
  [tool("search_and_replace"), "nothing"],
  [tool("read_query"), "nothing"],
  [tool("fetch"), "nothing"],
  [tool("list_issues", { readOnly: false }), "nothing"],
  [tool("gettysburg"), "nothing"],
  [tool("reset"), "ask high"],
  // What a server says to calm is not believed against the name, and what warns is believed.
  [tool("drop_table", { readOnly: true }), "ask high"],
  [tool("write_file", { readOnly: true }), "nothing"],
  [tool("list_files", { destructive: true }), "ask high"],
  // Served in another form, so no rule could name it.
  [tool("list.things"), "nothing"],
  [tool(`list_${"x".repeat(70)}`), "nothing"],
] as const)("%o: %s", ([asked, fate]) => {
  expect(fateOf(asked)).toBe(fate);
});

test("rules name tools one by one, what destroys first", () => {
  const rules = proposeRules("db", [
    tool("list_b"),
    tool("drop_a"),
    tool("list_a"),
    tool("peek", { readOnly: true }),
  ]);
  expect(rules.map(({ action, tool: names }) => [action, ...names])).toEqual([
    ["ask", "db__drop_a"],
    ["allow", "db__peek"],
    ["allow", "db__list_a", "db__list_b"],
  ]);
});
