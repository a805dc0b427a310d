import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parseConfig } from "#config";
import { checkPolicy, type PolicyInput } from "#policy";
import { inputOfRules } from "../support.ts";

function warningOf(when: string, action: string): string | undefined {
  const findings = checkPolicy(inputOfRules([{ name: "rule", tool: "files__*", when, action }]));
  expect(findings.every(({ level }) => level === "warning")).toBe(true);
  expect(findings.length).toBeLessThan(2);
  return findings[0]?.message;
}

test.for<[when: string, better: string, action?: string]>([
  [
    "has(args.path) && args.path.contains('.env')",
    "has(args.path) && path.hasPart(args.path, '*.env*')",
    "deny",
  ],
  ["args.path.contains('/.')", "path.hasPart(args.path, '.*')", "deny"],
  ["args.path.contains('/.git/')", "path.hasPart(args.path, '.git')", "deny"],
  ["args.path.endsWith('.md')", "path.hasName(args.path, '*.md')"],
  ["args.path.endsWith('/id_rsa')", "path.hasName(args.path, 'id_rsa')", "deny"],
  ["args.path.startsWith('/srv/app/')", "path.within(args.path, '/srv/app')"],
  ["!args.path.startsWith('/srv')", "!path.within(args.path, '/srv')", "deny"],
  ["args['filePath'].startsWith('src/')", "path.within(args['filePath'], 'src')"],
  ["args.where.startsWith('/srv')", "path.within(args.where, '/srv')"],
  ["args.path == '/etc/passwd'", "path.within(args.path, '/etc/passwd')", "deny"],
  ["args.path != '/etc/passwd'", "!path.within(args.path, '/etc/passwd')"],
  ["args.dir in ['/etc', '/root']", "path.within(args.dir, ['/etc', '/root'])", "ask"],
  ["'/etc' == args.dir", "path.within(args.dir, '/etc')", "ask"],
  [
    "args.path.startsWith('/a') || args.path.startsWith('/b')",
    "path.within(args.path, '/a') || path.within(args.path, '/b')",
  ],
  ["args.files.all(f, f.startsWith('src'))", "args.files.all(f, path.within(f, 'src'))"],
  [
    "args.list.exists(f, f.file.contains('.env'))",
    "args.list.exists(f, path.hasPart(f.file, '*.env*'))",
    "deny",
  ],
  ["args.url.startsWith('https://api.acme.dev/')", "url.within(args.url, 'https://api.acme.dev')"],
  ["args.target.startsWith('https://a.dev/v1')", "url.within(args.target, 'https://a.dev/v1')"],
])("policy check writes %j out as %j", ([when, better, action = "allow"]) => {
  expect(warningOf(when, action)).toMatch(/compares? letters, and there are many ways/);
  expect(warningOf(when, action)).toContain(`; write: ${better}`);
  expect(warningOf(better, action)).toBeUndefined();
});

test.for<[when: string, advice: string]>([
  ["args.path.contains('..')", "use path.within(args.path, '/the/folder')"],
  ["args.path.matches('^/srv/')", "use path.within(args.path, '/the/folder')"],
  ["args.path.startsWith('/srv/../etc')", "use path.within(args.path, '/the/folder')"],
  ["args.url.startsWith('https://')", "use url.within(args.url, 'https://host/path')"],
  ["args.url.contains('acme.dev')", "use url.within(args.url, 'https://host/path')"],
  ["(args.path).contains('.env')", "use path.within(args.path, '/the/folder')"],
])("policy check warns of %j without guessing what is meant", ([when, advice]) => {
  expect(warningOf(when, "allow")).toContain(advice);
});

test.for<[when: string, action: string]>([
  ["args.path == '/srv/notes.md'", "allow"],
  ["args.path in ['/srv/a', '/srv/b']", "allow"],
  ["args.path != '/srv/notes.md'", "deny"],
  ["args.path == ''", "deny"],
  ["args.env == 'prod'", "ask"],
  ["args.repo.startsWith('acme/')", "allow"],
  ["args.branch.startsWith('feature/')", "allow"],
  ["args.command.startsWith('/usr/bin/git ')", "allow"],
  ["tool.startsWith('read_')", "allow"],
  ["session.cwd.startsWith('/home/ana')", "allow"],
  ["path.within(args.path, '/srv') && path.hasName(args.path, '*.md')", "allow"],
])("policy check has nothing to say of %j in a rule to %s", ([when, action]) => {
  expect(warningOf(when, action)).toBeUndefined();
});

test("the examples that are shown are found faultless", () => {
  const root = path.join(import.meta.dirname, "../../..");
  const read = (name: string) => readFileSync(path.join(root, name), "utf8");
  const blockOf = (page: string) => /```jsonc\n([\s\S]*?"rules": \[[\s\S]*?)```/.exec(read(page))![1]!;
  const servers = `"mcpServers": { "files": { "command": "files" }, "ci": { "command": "ci" } }`;
  const approvals = `"approvals": { "workflows": { "production": {} } }`;
  for (const text of [
    read("preloop.config.example.json"),
    blockOf("README.md"),
    `{ ${servers}, ${approvals}, ${blockOf("docs/policy.md")} }`,
  ]) {
    const { config, where } = parseConfig(text, "example", {});
    const input: PolicyInput = { ...config, servers: config.mcpServers, where };
    expect(checkPolicy(input)).toEqual([]);
  }
});
