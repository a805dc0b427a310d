import { describe, expect, test } from "vitest";
import { checkPolicy, compilePolicy, hideTools, stricterOf } from "#policy";
import { callOf, inputOf, inputOfRules, NOW } from "../support.ts";

const resource = (uri: string, method = "resources/read") =>
  callOf(`files__${uri}`, { uri }, { method, uri, name: `${method} ${uri}` });
const prompt = (name: string) => callOf(`files__${name}`, { name }, { method: "prompts/get" });
const custom = callOf("files__custom/exec", { cmd: "ls" }, { method: "custom/exec", name: "custom/exec" });

const decide = (rules: readonly unknown[], call: ReturnType<typeof callOf>, policy: object = {}) => {
  const { action, rule } = compilePolicy(inputOfRules(rules, { policy })).evaluate(call, NOW);
  return `${action} by ${rule}`;
};

describe("a request that is no tool call", () => {
  test.for([
    ["ask", "allow by builtin:listed", "ask by default"],
    ["allow", "allow by builtin:listed", "allow by default"],
    ["deny", "deny by default", "deny by default"],
  ] as const)("without a rule, under %s: what is listed %s, what nobody knows %s", (row) => {
    const [fallback, listed, unknown] = row;
    for (const call of [resource("x:y"), prompt("p"), resource("x:y", "resources/subscribe")])
      expect(decide([], call, { default: fallback })).toBe(listed);
    expect(decide([], custom, { default: fallback })).toBe(unknown);
  });

  test("is named by no rule that names no method", () => {
    const rules = [{ name: "all", tool: "*", action: "deny" }];
    expect(decide(rules, resource("x:y"))).toBe("allow by builtin:listed");
    expect(decide(rules, callOf("files__read"))).toBe("deny by all");
  });

  test("is decided by the rule that names its method, and its URI", () => {
    const rules = [
      { name: "srv", method: "resources/read", uri: "file:///srv/*", action: "allow" },
      { name: "rest", method: "resources/*", action: "deny" },
      { name: "prompts", method: "prompts/get", tool: "files__danger*", action: "ask" },
      { name: "exec", method: "custom/*", when: "args.cmd == 'ls' && server == 'files'", action: "allow" },
    ];
    expect(decide(rules, resource("file:///srv/a"))).toBe("allow by srv");
    expect(decide(rules, resource("file:///etc/shadow"))).toBe("deny by rest");
    expect(decide(rules, resource("file:///srv/a", "resources/subscribe"))).toBe("deny by rest");
    expect(decide(rules, prompt("dangerous"))).toBe("ask by prompts");
    expect(decide(rules, prompt("plain"))).toBe("allow by builtin:listed");
    expect(decide(rules, custom)).toBe("allow by exec");
    expect(decide(rules, callOf("files__read"))).toBe("ask by default");
  });

  test.for([
    ["file:///srv/notes/%2e%2e/%2e%2e/etc/shadow", "deny by etc"],
    ["file:///srv/notes/../../etc/shadow", "deny by etc"],
    ["file:///srv/notes/a%20b.md", "allow by notes"],
    ["file:///srv/notes/a.md", "allow by notes"],
    // Nobody can be sure where it leads, so the first rule for its scheme that does not allow takes it.
    ["docs://public/../private", "deny by docs"],
    ["DOCS://public/../private", "deny by docs"],
    ["other://public/../private", "allow by builtin:listed"],
    ["/etc/x", "deny by etc"],
  ])("is judged by where its URI leads: %s", ([uri, decided]) => {
    const rules = [
      { name: "etc", method: "resources/read", uri: "file:///etc/*", action: "deny" },
      { name: "docs", method: "resources/read", uri: "docs://private*", action: "deny" },
      { name: "notes", method: "resources/read", uri: "file:///srv/notes/*", action: "allow" },
    ];
    expect(decide(rules, resource(uri!))).toBe(decided);
  });

  test.for([
    ["note://secret/*", "note://secret/x", "note://a@secret/x", "note://secret:1/x", "note://SECRET/x"],
    ["file:///srv/secret/*", "file:///srv/x/../secret/a", "file:///srv//secret/a", "file:///srv/secret%2fa"],
    ["file:///srv/secret/*", "file:///srv/SECRET/a", "file:///srv/secret./a", "file:///srv/secret%20/a"],
    ["file:///srv/secret/*", "file:///srv/secret::$INDEX_ALLOCATION/a", "file:///srv/x/.. /secret/a"],
    ["file:///srv/secret/*", "file:///srv/a?/../secret/a", "file:///srv/#/../secret/a"],
    ["File:///srv/Secret/*", "file:///srv/secret/a", "file:///c/../srv/secret/a"],
  ])("is stopped by %s however a careless server may read it", ([glob, ...uris]) => {
    const mcpServers = { files: { command: "f", tools: { deny: [glob] } } };
    const filtered = compilePolicy(inputOf({ mcpServers, policy: { default: "allow" } }));
    for (const uri of uris) {
      for (const by of [{ uri: glob }, { tool: `files__${glob}` }])
        for (const action of ["deny", "ask"]) {
          const rules = [{ name: "stop", method: "resources/*", ...by, action }];
          expect(decide(rules, resource(uri)), `${uri} ${JSON.stringify(by)}`).toBe(`${action} by stop`);
        }
      expect(filtered.isVisible("files", uri, "resources/read"), uri).toBe(false);
      expect(filtered.isVisible("files", uri, "completion/complete"), uri).toBe(false);
    }
    for (const uri of ["note://secrets/x", "file:///srv/secrets/a", "https://secret/x"]) {
      expect(decide([{ name: "stop", method: "*", uri: glob, action: "deny" }], resource(uri))).toBe(
        "allow by builtin:listed",
      );
      expect(filtered.isVisible("files", uri, "resources/read"), uri).toBe(true);
    }
  });

  test.for([
    ["file:///srv/notes/*", "file:///srv/NOTES/a"],
    ["file:///srv/notes/*", "file:///srv/notes./a"],
    ["file:///srv/notes/*", "file:///srv/notes/a?/../../../../etc/hostname"],
    ["file:///srv/notes/*", "file:///srv/notes/#/../../../etc/x"],
    ["file:///srv/notes/*", "file:///srv/notes/../secret"],
    ["note://public/*", "note://a@public/x"],
    ["note://public/*", "note://public/../x"],
  ])("is allowed by %s in every reading or not at all: %s", ([glob, uri]) => {
    for (const by of [{ uri: glob! }, { tool: `files__${glob}` }]) {
      const rules = [
        { name: "let", method: "resources/*", ...by, action: "allow" },
        { name: "rest", method: "*", action: "deny" },
      ];
      expect(decide(rules, resource(glob!.replace("*", "a b?c")))).toBe("allow by let");
      expect(decide(rules, resource(uri!))).toBe("deny by rest");
      const whole = { name: "all", method: "*", tool: "files__*", action: "allow" };
      expect(decide([whole], resource(uri!))).toBe("allow by all");
    }
  });

  test("shows its method and URI to conditions", () => {
    const when = "method == 'resources/read' && uri.startsWith('x:')";
    const rules = [{ name: "odd", method: "*", when, action: "deny" }];
    expect(decide(rules, resource("x:y"))).toBe("deny by odd");
    expect(decide(rules, resource("y:y"))).toBe("allow by builtin:listed");
  });

  test("does not exist where its server's filter denies its name", () => {
    const mcpServers = { files: { command: "f", tools: { allow: ["read"], deny: ["secret*", "x:*"] } } };
    const policy = compilePolicy(inputOf({ mcpServers, policy: { default: "allow" } }));
    expect(policy.evaluate(prompt("secret-plan"), NOW)).toMatchObject({ rule: "tools:deny" });
    expect(policy.evaluate(resource("x:y"), NOW)).toMatchObject({ rule: "tools:deny" });
    expect(policy.evaluate(prompt("plain"), NOW)).toMatchObject({ action: "allow" });
    expect(policy.isVisible("files", "write")).toBe(false);
    expect(policy.isVisible("files", "plain", "prompts/get")).toBe(true);
  });

  test("goes with its server when that is switched off, and not with one of its tools", () => {
    const policy = compilePolicy(inputOfRules([]));
    const hidden = hideTools(policy, (server, tool) => server === "files" && tool === "");
    expect(hidden.evaluate(prompt("q"), NOW)).toMatchObject({ rule: "tools:deny" });
    const one = hideTools(policy, (server, tool) => server === "files" && tool === "p");
    expect(one.evaluate(prompt("p"), NOW)).toMatchObject({ action: "allow" });
    expect(stricterOf(policy, hidden).isVisible("files", "q", "prompts/get")).toBe(false);
  });
});

describe("a check of rules that name methods", () => {
  const check = (...rules: readonly object[]) =>
    checkPolicy(inputOfRules(rules)).map(({ rule, message }) => `${rule}: ${message}`);

  test("finds nothing in rules that each say something", () => {
    expect(
      check(
        { name: "calls", tool: "files__*", action: "allow" },
        { name: "srv", method: "resources/read", uri: "file:///srv/*", action: "allow" },
        { name: "reads", method: "resources/read", action: "deny" },
        { name: "all", method: "*", tool: "web__*", action: "ask" },
      ),
    ).toEqual([]);
  });

  test("finds those behind others that take all their requests", () => {
    expect(
      check(
        { name: "all", method: "resources/*", action: "deny" },
        { name: "late", method: "resources/read", uri: "x:*", action: "allow" },
      ),
    ).toEqual([expect.stringMatching(/^late: it is never reached: rule "all" comes first/)]);
  });
});
