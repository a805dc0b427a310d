// biome-ignore-all lint/suspicious/noTemplateCurlyInString: configs name environment variables that way.

import { expect, test } from "vitest";
import { isPreloopError } from "#base";
import { parseConfig } from "#config";

const parse = (text: string, env: Record<string, string> = {}) =>
  parseConfig(text, "preloop.config.json", env).config;

/** The message that a config is refused with. */
function refusal(text: string, env: Record<string, string> = {}): string {
  try {
    parse(text, env);
  } catch (error) {
    if (isPreloopError(error, "config_invalid")) return error.message;
    throw error;
  }
  throw new Error("the config was accepted");
}

const servers = (server: unknown) => JSON.stringify({ mcpServers: { one: server } });
const rules = (...list: unknown[]) => JSON.stringify({ policy: { rules: list } });
const rule = { name: "r", tool: "*", action: "ask" };

test("comments, trailing commas and a byte order mark are tolerated", () => {
  const text = `\uFEFF// one\n{ /* two */ "policy": { "default": "deny", }, }\n`;
  expect(parse(text).policy.default).toBe("deny");
});

test("S-51 an empty file is refused, and so is one of comments alone", () => {
  expect(refusal("")).toBe("preloop.config.json:1:1 is empty; write {} for a config that says nothing");
  expect(refusal(" \n\t")).toContain("is empty");
  expect(refusal("// nothing\n")).toContain("is empty");
});

test("S-51 a config that is no object is refused", () => {
  expect(refusal("[]")).toBe("preloop.config.json:1:1 must be an object { }, and is a list");
  expect(refusal("null")).toBe("preloop.config.json:1:1 must be an object { }, and is null");
});

test("a slip in the JSON is told once, where it is", () => {
  expect(refusal('{\n  "policy": {\n    "default": "ask"\n    "rules": []\n  }\n}')).toBe(
    "preloop.config.json:4:5 a comma belongs here",
  );
  expect(refusal('{ "policy": {')).toContain("a } is missing");
  expect(refusal("{ 'policy': {} }")).toContain("preloop.config.json:1:3");
  expect(refusal("{} {}")).toContain("the config ends before this");
});

test("every problem is told at once, with its place and path, in the order of the file", () => {
  const text = `{
  "mcpservers": {},
  "mcpServers": {
    "My_Server": { "command": "x" },
    "files": { "command": "npx", "arg": ["-y"], "trustAnnotation": true, "timeout": 5 },
    "both": { "command": "x", "url": "https://x.dev" }
  },
  "policy": {
    "default": "aks",
    "rules": [
      { "name": "one", "tool": [], "action": "allow" },
      { "tool": "x__y", "action": "ask", "workflow": "productoin" },
      { "name": "three", "tool": 5, "action": "deny" }
    ]
  },
  "approvals": {
    "timeout": "15 minutes",
    "workflows": { "production": { "approvers": ["ana"], "quorum": 2, "notify": ["mial"] } }
  },
  "notify": { "mail": "smtp://mail.acme.dev" },
  "store": { "url": "mysql://x" }
}`;
  expect(refusal(text)).toMatchInlineSnapshot(`
    "preloop.config.json has 11 problems:
    preloop.config.json:2:3 mcpservers is not a known key; did you mean "mcpServers"?
    preloop.config.json:4:5 mcpServers.My_Server is no server name: use a-z, then a-z, 0-9 or -, at most 24 characters
    preloop.config.json:5:34 mcpServers.files.arg is not a known key; did you mean "args"?
    preloop.config.json:5:49 mcpServers.files.trustAnnotation is not a known key; did you mean "trustAnnotations"?
    preloop.config.json:5:74 mcpServers.files.timeout is not a known key; write timeoutMs, in milliseconds
    preloop.config.json:9:16 policy.default must be one of "allow", "ask", "deny"; did you mean "ask"?
    preloop.config.json:11:32 policy.rules[0].tool must not be empty
    preloop.config.json:12:7 policy.rules[1].name is missing
    preloop.config.json:13:34 policy.rules[2].tool must be text, or a list of texts
    preloop.config.json:17:16 approvals.timeout is not a duration; write one like 90s, 15m, 1h or 30d
    preloop.config.json:21:21 store.url is no PostgreSQL address; write one like postgresql://user@host/preloop"
  `);
});

test("a key that stands twice is refused: nobody could say which one counts", () => {
  expect(refusal('{ "policy": { "default": "deny" },\n  "policy": { "default": "allow" } }')).toBe(
    "preloop.config.json:2:3 policy is given twice",
  );
});

test.for([
  ["mcp_servers", '; did you mean "mcpServers"?'],
  ["polcy", '; did you mean "policy"?'],
  ["tracker", '; did you mean "trackers"?'],
] as const)("the unknown key %s names the nearest known one", ([key, hint]) => {
  expect(refusal(`{ "${key}": {} }`)).toBe(`preloop.config.json:1:3 ${key} is not a known key${hint}`);
});

test.for([
  ["autoApprove", "write a policy rule with the action allow"],
  ["httpUrl", "write url"],
  ["includeTools", "write tools.allow"],
] as const)("the key %s of another client's config is answered with what to write here", ([key, hint]) => {
  expect(refusal(servers({ command: "x", [key]: true }))).toContain(hint);
});

test("a key called __proto__ is refused like any unknown one", () => {
  expect(refusal('{ "__proto__": { "policy": { "default": "allow" } } }')).toContain(
    "__proto__ is not a known key",
  );
  expect(refusal('{ "mcpServers": { "__proto__": { "command": "x" } } }')).toContain("is not a known key");
});

test("nesting without end is refused", () => {
  expect(refusal(`{ "policy": ${"[".repeat(100_000)}`)).toContain("preloop.config.json:");
});

test.for([
  ["neither", {}, "needs a command to start, or the url of a remote server"],
  ["both", { command: "x", url: "https://x.dev" }, "mcpServers.one.url contradicts command"],
  ["headers without url", { command: "x", headers: {} }, "mcpServers.one.headers says nothing without url"],
  [
    "localFiles without command",
    { url: "https://x.dev", localFiles: true },
    "mcpServers.one.localFiles says nothing without command",
  ],
  [
    "args without command",
    { url: "https://x.dev", args: [] },
    "mcpServers.one.args says nothing without command",
  ],
  ["type against url", { type: "stdio", url: "https://x.dev" }, "contradicts url"],
  ["type against command", { type: "sse", command: "x" }, "contradicts command"],
  ["no address", { url: "file:///etc/passwd" }, "is not an http:// or https:// address"],
  ["no number", { command: "x", timeoutMs: "5" }, "must be a number, and is text"],
  ["no time", { command: "x", timeoutMs: 0 }, "must be more than 0"],
  ["half a millisecond", { command: "x", timeoutMs: 1.5 }, "must be a whole number"],
] as const)("a server with %s is refused", ([, server, message]) => {
  expect(refusal(servers(server))).toContain(message);
});

test.for(["Files", "my_files", "1st", "", "a".repeat(25), "a b", "fïles"])("%j is no server name", (name) => {
  expect(refusal(JSON.stringify({ mcpServers: { [name]: { command: "x" } } }))).toContain(
    "is no server name",
  );
});

test("preloop cannot stand behind itself", () => {
  expect(refusal('{ "mcpServers": { "preloop": { "command": "preloop" } } }')).toContain("is preloop itself");
});

test("rules that contradict themselves are refused", () => {
  expect(refusal(rules(rule, rule))).toContain('"r" names an earlier rule, too');
  expect(refusal(rules({ ...rule, name: "default" }))).toContain("a name that decisions use themselves");
  expect(refusal(rules({ ...rule, action: "allow", workflow: "default" }))).toContain(
    "only ask has a workflow",
  );
  expect(refusal(rules({ ...rule, action: "deny", justification: "required" }))).toContain(
    "says nothing with the action deny",
  );
  expect(refusal(rules({ ...rule, workflow: "nightly" }))).toContain('"nightly" is no workflow');
  expect(refusal(rules({ ...rule, action: "permit" }))).toContain('must be one of "allow", "ask", "deny"');
});

const workflows = (workflow: unknown) =>
  JSON.stringify({ notify: { mail: "smtp://x" }, approvals: { timeout: "10m", workflows: { w: workflow } } });

test.for([
  [
    "more votes than voters",
    { approvers: ["ana", "bo"], quorum: 3 },
    "only 2 people may decide: nobody could ever satisfy it",
  ],
  ["one voter named twice", { approvers: ["ana", "ana"], quorum: 2 }, "only one person may decide"],
  ["an escalation after the end", { escalate: { after: "10m", to: ["cto"] } }, "the question ends after 10m"],
  ["an escalation to nobody", { escalate: { after: "1m", to: [] } }, "must not be empty"],
  ["an unknown channel", { notify: ["mial"] }, '"mial" is no channel under notify; did you mean "mail"?'],
  ["no quorum", { quorum: 0 }, "must be more than 0"],
  ["no time", { timeout: "0m" }, "must be longer than nothing"],
] as const)("a workflow with %s is refused", ([, workflow, message]) => {
  expect(refusal(workflows(workflow))).toContain(message);
});

test("people an escalation brings in count towards the quorum", () => {
  const workflow = { approvers: ["ana"], quorum: 2, escalate: { after: "1m", to: ["cto"] } };
  expect(parse(workflows(workflow)).approvals.workflows.w).toEqual(workflow);
});

test("${NAME} reads the environment, in any text", () => {
  const text = servers({ command: "${BIN}/x", args: ["--token=${A}${B}"], env: { T: "$${A} ${A}" } });
  expect(parse(text, { BIN: "/opt", A: "1", B: "2" }).mcpServers.one).toEqual({
    command: "/opt/x",
    args: ["--token=12"],
    env: { T: "${A} 1" },
  });
});

test("a variable that is not set is named with the path that needs it", () => {
  expect(refusal(servers({ command: "x", args: ["${GITHUB_TOKN}"] }), { GITHUB_TOKEN: "secret" })).toBe(
    'preloop.config.json:1:45 mcpServers.one.args[0] needs the environment variable GITHUB_TOKN, which is not set; did you mean "GITHUB_TOKEN"?',
  );
  expect(refusal(servers({ command: "${constructor}" }))).toContain(
    "needs the environment variable constructor",
  );
});

test("a value that came from the environment is not quoted in a message", () => {
  expect(refusal(JSON.stringify({ store: { url: "${DB}" } }), { DB: "hunter2" })).not.toContain("hunter2");
});

const tracker = (config: object) => `{ "trackers": { "t": ${JSON.stringify(config)} } }`;
const app = { id: 1, privateKey: "PEM", installation: 2 };

test.for([
  [{ type: "github", projects: ["acme/app"] }, "takes a token or an app, one of them"],
  [{ type: "github", token: "t", app, projects: ["acme/app"] }, "takes a token or an app, one of them"],
  [{ type: "github", token: "t", projects: ["app"] }, "is no repository; write it like owner/name"],
  [{ type: "gitlab", projects: ["a/b"] }, "takes a token or an oauthToken, one of them"],
  [{ type: "gitlab", token: "t", projects: ["b"] }, "is no project; write its whole path, like group/name"],
] as const)("a tracker that could not be reached is refused: %j", ([config, words]) => {
  expect(refusal(tracker(config))).toContain(words);
});

test.for([
  { type: "github", app, projects: ["acme/app"] },
  { type: "gitlab", oauthToken: "t", projects: ["group/sub/name"] },
])("a tracker is reached in another way than by a token: %j", (config) => {
  expect(parseConfig(tracker(config), "preloop.config.json", {}).config.trackers.t).toEqual(config);
});
