import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { configJsonSchema, parseConfig } from "#config";

const root = path.join(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const secrets = {
  LINEAR_TOKEN: "l",
  SMTP_PASSWORD: "s",
  NTFY_TOKEN: "n",
  GITHUB_TOKEN: "g",
  JIRA_TOKEN: "j",
  GITLAB_TOKEN: "b",
};

const DESIGN_EXAMPLE = `{
  "mcpServers": {                                   // same shape as every MCP client: copy and paste
    "files":  { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "."] },
    "linear": { "url": "https://mcp.linear.app/mcp", "headers": { "Authorization": "Bearer \${LINEAR_TOKEN}" } }
  },                                                // per server also: env, cwd, disabled, prefix, trustAnnotations, timeoutMs, tools: {allow, deny}
  "policy": {
    "default": "ask",                               // allow | ask | deny, for calls that no rule names
    "rules": [                                      // first match wins, so the strictest stand first
      { "name": "secrets", "tool": "files__*", "when": "has(args.path) && args.path.contains('.env')", "action": "deny", "reason": "Secrets stay on disk." },
      { "name": "reads", "tool": ["files__read_text_file", "files__list_*"], "action": "allow" },
      { "name": "prod", "tool": "*__deploy*", "when": "args.env == 'prod'", "action": "ask", "workflow": "production", "risk": "high", "justification": "required" }
    ]
  },
  "approvals": {
    "timeout": "15m",
    "workflows": { "production": { "approvers": ["ana@acme.dev", "bo@acme.dev"], "quorum": 2, "timeout": "1h", "escalate": { "after": "20m", "to": ["cto@acme.dev"] }, "notify": ["mail", "phone"] } }
  },
  "notify": { "mail": "smtp://user:\${SMTP_PASSWORD}@mail.acme.dev:587?from=preloop@acme.dev", "phone": "ntfy://\${NTFY_TOKEN}@ntfy.sh/acme-approvals" },
  "trackers": {
    "gh":   { "type": "github", "token": "\${GITHUB_TOKEN}", "projects": ["acme/app"] },
    "jira": { "type": "jira", "url": "https://acme.atlassian.net", "email": "ana@acme.dev", "token": "\${JIRA_TOKEN}", "projects": ["APP"] },
    "lab":  { "type": "gitlab", "url": "https://gitlab.acme.dev", "token": "\${GITLAB_TOKEN}", "projects": ["platform/api"] }
  },
  "embeddings": { "provider": "auto" },             // auto | builtin | ollama | openai (any compatible server: url, token, model)
  "llm": { "provider": "auto", "model": "qwen3" },  // the same; auto: ollama, else the client's sampling, else rules alone
  "audit": { "redact": ["password", "token"] },
  "store": { },                                     // url
  "flows": { },
  "http": { "publicUrl": "https://preloop.acme.dev" } // host, port, auth, limits, metrics
}`;

test("a config that uses every section loads, comments and all", () => {
  const { config } = parseConfig(DESIGN_EXAMPLE, "preloop.config.json", secrets);
  expect(config.mcpServers.linear?.headers).toEqual({ Authorization: "Bearer l" });
  expect(config.policy.rules.map((rule) => rule.name)).toEqual(["secrets", "reads", "prod"]);
  expect(config.approvals.workflows.production?.quorum).toBe(2);
  expect(config.notify.phone).toBe("ntfy://n@ntfy.sh/acme-approvals");
});

test("the example config that comes with the package loads", () => {
  const { config } = parseConfig(read("preloop.config.example.json"), "preloop.config.example.json", secrets);
  expect(Object.keys(config.mcpServers).length).toBeGreaterThan(0);
  expect(config.$schema).toBe("./preloop.schema.json");
});

test("preloop.schema.json is what the schema says now; npx vitest -u writes it anew", async () => {
  const schema = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
  await expect(schema).toMatchFileSnapshot("../../../preloop.schema.json");
});

test("every key of the JSON Schema says what it is for", () => {
  const silent: string[] = [];
  const visit = (schema: unknown, at: string): void => {
    if (typeof schema !== "object" || schema === null) return;
    const { properties, items, additionalProperties, anyOf, oneOf } = schema as Record<string, never>;
    for (const [key, value] of Object.entries<Record<string, unknown>>(properties ?? {})) {
      if (!value.description && !("const" in value)) silent.push(`${at}.${key}`);
      visit(value, `${at}.${key}`);
    }
    for (const [name, inner] of Object.entries({ items, additionalProperties }))
      visit(inner, `${at}.${name}`);
    for (const inner of [...(anyOf ?? []), ...(oneOf ?? [])] as unknown[]) visit(inner, at);
  };
  visit(configJsonSchema(), "");
  expect(silent).toEqual([]);
});

test("an empty config stands for every default", () => {
  const { config } = parseConfig("{}", "c.json", {});
  expect(config).toEqual({
    mcpServers: {},
    policy: { default: "ask", rules: [] },
    approvals: { timeout: "15m", workflows: {} },
    notify: {},
    trackers: {},
    embeddings: { provider: "auto" },
    llm: { provider: "auto" },
    compliance: { metrics: {} },
    audit: { redact: [] },
    store: {},
    flows: {},
    http: {},
  });
});

test.for([
  ["stdio", { type: "stdio", command: "x" }],
  ["http", { type: "http", url: "https://x.dev/mcp" }],
  ["streamable-http", { type: "streamable-http", url: "https://x.dev/mcp" }],
  ["sse", { type: "sse", url: "https://x.dev/sse" }],
] as const)("a server of type %s, as clients write it, is taken as it is", ([, server]) => {
  expect(
    parseConfig(JSON.stringify({ mcpServers: { one: server } }), "c.json", {}).config.mcpServers.one,
  ).toEqual(server);
});
