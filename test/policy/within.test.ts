import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "#base";
import { localFilesOf } from "#config";
import { compilePolicy, explainCall } from "#policy";
import { callOf, inputOfRules, NOW } from "./support.ts";

/** What one rule with a condition makes of arguments, where `fallback` is what happens without it. */
function decide(rule: { when: string; action: string }, args: JsonObject, fallback = "ask") {
  const rules = [{ name: "rule", tool: "files__*", ...rule }];
  const policy = compilePolicy(inputOfRules(rules, { policy: { default: fallback } }));
  return policy.evaluate(callOf("files__read", args), NOW);
}

/** What an allow and a deny with the condition say. */
function say(when: string, args: JsonObject): string {
  const allow = decide({ when, action: "allow" }, args, "deny");
  const deny = decide({ when, action: "deny" }, args, "allow");
  const word = allow.faults.length > 0 ? "fails" : allow.action === "allow" ? "inside" : "outside";
  return word === "fails" ? `fails, ${deny.rule === "rule" ? deny.action : "passed"}` : word;
}

describe("path.within", () => {
  const when = "path.within(args.path, '/srv/app')";

  // `fails, deny`: an allow does not match and a deny does; `fails, ask`: whatever the rule says, a person is asked.
  test.for<[value: string, said: string]>([
    ["/srv/app", "inside"],
    ["/srv/app/", "inside"],
    ["/srv/app/x", "inside"],
    ["/srv/./app//x/../y", "inside"],
    ["/srv/app/a%20b", "inside"],
    ["/srv/app/%66oo", "inside"],
    ["/srv/app/..x/...y", "inside"],
    ["file:///srv/app/x", "inside"],
    ["/srv/application", "outside"],
    ["/srv/app/../etc", "outside"],
    ["/srv/app/x/../../../etc", "outside"],
    ["/etc", "outside"],
    ["file:///etc/passwd", "outside"],
    ["/srv/app/%2e%2e/etc", "fails, deny"],
    ["/srv/app/..%2fetc", "fails, deny"],
    ["/srv/app/%252e%252e/etc", "fails, deny"],
    ["/srv/app/..\\etc", "fails, deny"],
    ["/srv/app/．．/etc", "fails, deny"],
    ["/srv/app/.. /etc", "fails, deny"],
    ["/srv/app /x", "fails, deny"],
    ["//srv/app/x", "fails, deny"],
    ["/SRV/App/x", "fails, deny"],
    ["/ſrv/app/x", "fails, deny"],
    ["/etc/..%2fsrv/app", "fails, deny"],
    ["/srv/app/%2e%2e/etc/%252e%252e%252fapp%252fz/%2e%2e", "fails, deny"],
    ["", "fails, ask"],
    ["x", "fails, ask"],
    ["../srv/app/x", "fails, ask"],
    ["~/x", "fails, ask"],
    ["~ana/x", "fails, ask"],
    ["C:\\srv\\app\\x", "fails, ask"],
    ["\\\\localhost\\c$\\srv\\app", "fails, ask"],
    ["\\\\?\\C:\\srv\\app", "fails, ask"],
    ["C:srv", "fails, ask"],
    ["/srv/app/x\0.txt", "fails, ask"],
    ["/srv/app/x%00.txt", "fails, ask"],
    ["/srv/app/%c0%ae%c0%ae/etc", "fails, ask"],
    ["/srv/app/.\u200b./etc", "fails, ask"],
    ["/srv/app/%u002e%u002e/etc", "fails, ask"],
    ["file:///srv/app/../etc", "fails, ask"],
    [`/srv/app/${"x".repeat(9_000)}`, "fails, ask"],
  ])("S-65 finds %j %s", ([value, said]) => {
    expect(say(when, { path: value })).toBe(said);
  });

  test.for<[when: string, value: string, said: string]>([
    ["path.within(args.path, ['/srv/app', '/opt'])", "/opt/x", "inside"],
    ["path.within(args.path, ['/srv/app', '/srv/ap%70'])", "/srv/app", "unwritten"],
    ["path.within(args.path, ['/srv/app', '/etc'])", "/srv/app/..\\..\\..\\etc", "inside"],
    ["path.within(args.path, '.')", "src/x", "inside"],
    ["path.within(args.path, '.')", "src/../../x", "fails, ask"],
    ["path.within(args.path, '.')", "/x", "fails, ask"],
    ["path.within(args.path, '.')", "$HOME/.ssh", "fails, ask"],
    ["path.within(args.path, '.')", "%24HOME/.ssh", "fails, ask"],
    ["path.within(args.path, '.')", "http://evil/x", "fails, ask"],
    ["path.within(args.path, '.')", "@/etc/shadow", "fails, ask"],
    ["path.within(args.path, '.')", "src/$id/@x", "inside"],
    ["path.within(args.path, 'src')", "src/../lib", "outside"],
    ["path.within(args.path, '~/work')", "~/work/x", "inside"],
    ["path.within(args.path, '~/work')", "~/.ssh", "outside"],
    ["path.within(args.path, '~/work')", "~/work/../../ana", "fails, ask"],
    ["path.within(args.path, 'C:/srv')", "c:\\srv\\x", "inside"],
    ["path.within(args.path, 'C:\\\\srv')", "C:/srv/x", "inside"],
    ["path.within(args.path, 'C:/srv')", "C:\\srv\\..\\x", "outside"],
    ["path.within(args.path, 'C:/srv')", "D:\\srv", "outside"],
    ["path.within(args.path, 'C:/srv')", "C:\\SRV~1\\x", "fails, ask"],
    ["path.within(args.path, 'C:/srv')", "C:\\srv \\x", "fails, deny"],
    ["path.within(args.path, 'C:/srv')", "\\srv\\x", "fails, ask"],
    ["path.within(args.path, '//host/share')", "\\\\HOST\\share\\x", "fails, deny"],
    ["path.within(args.path, '//host/share')", "\\\\host\\share\\x", "inside"],
    ["path.within(args.path, session.cwd)", "/work/x", "inside"],
    ["path.within(args.path, args.path)", "/work/../x", "fails, ask"],
    ["path.within(args.path, [])", "/x", "fails, ask"],
  ])("S-65 %s finds %j %s", ([condition, value, said]) => {
    if (said === "unwritten") expect(() => say(condition, { path: value })).toThrow('write "/srv/app"');
    else expect(say(condition, { path: value })).toBe(said);
  });

  test("a value that is no text fails", () => {
    for (const value of [5, null, true, ["/srv/app"], { path: "/srv/app" }])
      expect(say(when, { path: value })).toBe("fails, ask");
  });

  test("S-65 a deny of what is outside holds for all that is not surely inside", () => {
    const others = ["/etc", "/srv/app/%2e%2e/etc", "/srv/app/..\\..\\etc", "/SRV/app"];
    for (const value of others)
      expect(decide({ when: `!${when}`, action: "deny" }, { path: value }, "allow").action).toBe("deny");
    for (const value of ["x", "~/x", "/srv/app/\0", "C:\\etc"])
      expect(decide({ when: `!${when}`, action: "deny" }, { path: value }, "allow").action).toBe("ask");
    expect(decide({ when: `!${when}`, action: "deny" }, { path: "/srv/app/x" }, "allow").action).toBe(
      "allow",
    );
  });

  test("S-65 a deny holds for one of many that programs disagree over, whatever else is wrong", () => {
    const paths = ["x", 5, "/srv/..%2fetc"] as const;
    for (const order of [[...paths], [...paths].reverse()])
      for (const condition of [
        "args.paths.exists(p, path.within(p, '/etc'))",
        "path.within(args.paths[0], '/etc') || path.within(args.paths[2], '/etc')",
      ])
        expect(decide({ when: condition, action: "deny" }, { paths: order }, "allow").action).toBe("deny");
    const exists = "args.paths.exists(p, path.within(p, '/etc'))";
    expect(decide({ when: exists, action: "deny" }, { paths: ["x"] }, "allow").action).toBe("ask");
  });

  test("S-65 a later deny holds for what an allow could not be sure of, a later allow does not", () => {
    const rules = [{ name: "ours", tool: "files__*", action: "allow", when }];
    const call = callOf("files__read", { path: "/srv/app/..%2fetc" });
    const then = (action: string) =>
      compilePolicy(inputOfRules([...rules, { name: "rest", tool: "files__*", action }])).evaluate(call, NOW);
    expect(then("deny").action).toBe("deny");
    expect(then("allow")).toMatchObject({ action: "ask", rule: "ours" });
  });

  test("the reason says what the path comes to, without secrets", () => {
    const { reason } = decide({ when, action: "allow" }, { path: "/srv/app/..%2f..%2fetc/shadow" });
    expect(reason).toContain(
      '"/srv/app/..%2f..%2fetc/shadow" (resolves to /etc/shadow) is inside for some programs, and not for others',
    );
    const secret = decide(
      { when: "url.within(args.u, 'https://a')", action: "allow" },
      { u: "https://u:hunter2@a/" },
    );
    expect(secret.reason).not.toContain("hunter2");
  });

  test("many paths in a row are too much work, and not a slow answer", () => {
    const paths = Array.from({ length: 50_000 }, (_, at) => `/srv/app/%2e/file-${at}.txt`);
    const all = "args.paths.all(p, path.within(p, '/srv/app'))";
    const { faults } = decide({ when: all, action: "allow" }, { paths });
    expect(faults.join()).toContain("too much work");
    expect(decide({ when: all, action: "allow" }, { paths: paths.slice(0, 100) }).action).toBe("allow");
  });

  test("a loop may call its variable path, too", () => {
    const loop = "args.paths.all(path, path.startsWith('/srv'))";
    expect(decide({ when: loop, action: "allow" }, { paths: ["/srv/a"] }).action).toBe("allow");
  });
});

describe("path.hasPart", () => {
  const when = "path.hasPart(args.path, '.env*')";

  test.for<[value: string, said: string]>([
    [".env", "inside"],
    ["a/.env.local", "inside"],
    ["/srv/app/.env", "inside"],
    ["~/.env", "inside"],
    ["../.env/x", "inside"],
    ["/srv/x.env", "outside"],
    ["/srv/.env/../x", "outside"],
    ["/srv/.ENV", "fails, deny"],
    ["/srv/%2eenv", "fails, deny"],
    ["/srv/．env", "fails, deny"],
    ["a\\.env", "fails, deny"],
    ["/srv/.e\u200bnv", "fails, ask"],
  ])("S-65 finds %j %s", ([value, said]) => {
    expect(say(when, { path: value })).toBe(said);
  });

  test.for<[value: string, said: string]>([
    ["/srv/a.md", "inside"],
    ["/srv/x.md/secret", "outside"],
    ["..", "outside"],
    ["/srv/a.md/..", "outside"],
    ["/srv/x%2emd", "fails, deny"],
    ["/srv/secret%2fx.md", "inside"],
  ])("S-65 hasName finds %j %s", ([value, said]) => {
    expect(say("path.hasName(args.path, '*.md')", { path: value })).toBe(said);
  });

  test.for<[when: string, value: string, said: string]>([
    ["path.hasPart(args.path, ['Keychains', '.Env*'])", "/Users/a/Library/Keychains/x", "inside"],
    ["path.hasPart(args.path, ['Keychains', '.Env*'])", "/Users/a/Library/keychains/x", "fails, deny"],
    ["path.hasPart(args.path, ['Keychains', '.Env*'])", "/x/.env", "fails, deny"],
    ["path.hasPart(args.path, ['Keychains', '.Env*'])", "/x/env", "outside"],
    ["path.hasName(args.path, 'README.md')", "/x/README.md", "inside"],
    ["path.hasName(args.path, 'README.md')", "/x/readme.MD", "fails, deny"],
  ])("S-65 %s, of whatever case, finds %j %s", ([condition, value, said]) => {
    expect(say(condition, { path: value })).toBe(said);
  });

  test("several names are given as a list", () => {
    expect(say("path.hasPart(args.path, ['*.pem', 'id_*'])", { path: "/a/id_rsa" })).toBe("inside");
    expect(say("path.hasPart(args.path, ['*.pem', 'id_*'])", { path: "/a/b" })).toBe("outside");
  });
});

describe("url.within", () => {
  const when = "url.within(args.url, 'https://api.acme.dev/v1')";

  test.for<[value: string, said: string]>([
    ["https://api.acme.dev/v1", "inside"],
    ["https://api.acme.dev/v1/", "inside"],
    ["HTTPS://API.acme.dev.:443/v1/x?y=../..#/..", "inside"],
    ["https://api.acme.dev/v1/@evil", "inside"],
    ["https://api.acme.dev/v1/a%20b", "inside"],
    ["https://api.acme.dev/v10", "outside"],
    ["https://api.acme.dev/v1/../admin", "outside"],
    ["https://api.acme.dev/v1/%2e%2e/admin", "fails, deny"],
    ["https://api.acme.dev:8443/v1", "outside"],
    ["http://api.acme.dev/v1", "outside"],
    ["ws://api.acme.dev/v1", "outside"],
    ["https://api.acme.dev.evil.dev/v1", "outside"],
    ["https://evil.dev/https://api.acme.dev/v1", "outside"],
    ["https://xn--api-6na.acme.dev/v1", "outside"],
    ["https://аpi.acme.dev/v1", "outside"],
    ["https://api.acme.dev/v1/..%2fadmin", "fails, deny"],
    ["https://api.acme.dev/v1/%252e%252e/admin", "fails, deny"],
    ["https://api.acme.dev/v1\\..\\admin", "outside"],
    ["https://api.acme.dev/v1/x\\..\\..\\admin", "fails, deny"],
    ["https://api.acme.dev/v1/..;/admin", "fails, deny"],
    ["https://api.acme.dev/admin//../v1", "fails, deny"],
    ["https://api.acme.dev/V1", "fails, deny"],
    ["https://u@api.acme.dev/v1", "fails, ask"],
    ["https://api.acme.dev\\@evil.dev/v1", "fails, ask"],
    ["https:/api.acme.dev/v1", "fails, ask"],
    ["//api.acme.dev/v1", "fails, ask"],
    ["api.acme.dev/v1", "fails, ask"],
    ["/v1", "fails, ask"],
    ["", "fails, ask"],
    ["https://api.acme.dev/v1/%00", "fails, ask"],
    ["https://api.acme.dev\t/v1", "fails, ask"],
  ])("S-66 finds %j %s", ([value, said]) => {
    expect(say(when, { url: value })).toBe(said);
  });

  test.for<[value: string, said: string]>([
    ["http://127.0.0.1/", "inside"],
    ["http://2130706433/", "inside"],
    ["http://0x7f000001/", "inside"],
    ["http://127.1/", "inside"],
    ["http://0177.0.0.1/", "fails, deny"],
    ["http://[::ffff:127.0.0.1]/", "fails, deny"],
    ["http://127.0.0.2/", "outside"],
  ])("S-66 finds %j %s the loopback address", ([value, said]) => {
    expect(say("url.within(args.url, 'http://127.0.0.1')", { url: value })).toBe(said);
  });

  test.for<[root: string, value: string, said: string]>([
    ["note:///inbox", "note:///inbox/7", "inside"],
    ["note:///inbox", "note:///outbox/7", "outside"],
    ["file:///srv", "file:/srv/x", "inside"],
    ["file:///srv", "file:///srv/%2e%2e/etc", "fails, deny"],
    ["urn:isbn", "urn:isbn", "inside"],
    ["file:///srv", "file:///srv/a?x#y", "inside"],
    ["file:///srv", "file:///srv/a?/../../../etc/hostname", "fails, deny"],
    ["file:///etc", "file:///srv/#/../../etc/x", "fails, deny"],
    ["file:///srv", "file:///srv/a?/..%2f../etc", "fails, deny"],
    ["https://h/srv", "https://h/srv/a?/../../../etc", "inside"],
  ])("S-66 under %j it finds %j %s", ([root, value, said]) => {
    expect(say(`url.within(args.url, '${root}')`, { url: value })).toBe(said);
  });
});

test.for<[when: string, problem: string]>([
  ["path.within(args.p, '/srv/../etc')", '"/srv/../etc" is not written out; write "/etc"'],
  ["path.within(args.p, ['/srv', ''])", '"" is no clear path: it is empty'],
  ["url.within(args.p, 'api.acme.dev')", '"api.acme.dev" is no clear url: it has no scheme'],
  ["url.within(args.p, 'https://a/%2e%2e/b')", 'write "https://a/b"'],
  ["url.within(args.p, 'https://a/?b')", "is more than a scheme, a host and a path"],
  ["path.inside(args.p, '/srv')", "found no matching overload"],
  ["path.within(args.p)", "found no matching overload"],
])("the condition %j is refused: %s", ([when, problem]) => {
  expect(() => decide({ when, action: "allow" }, {})).toThrow(problem);
});

describe("with the server's files on this machine", () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "preloop-within-")));
  const app = path.join(folder, "app");
  mkdirSync(path.join(app, "deep/er"), { recursive: true });
  mkdirSync(path.join(folder, "secret"));
  symlinkSync("../secret", path.join(app, "out"));
  symlinkSync(path.join(folder, "secret/new"), path.join(app, "dangling"));
  symlinkSync("deep/er", path.join(app, "in"));
  symlinkSync("loop", path.join(app, "loop"));
  symlinkSync("app", path.join(folder, "alias"));

  function sayHere(when: string, value: string, env?: Record<string, string>): string {
    const input = inputOfRules([{ name: "rule", tool: "files__*", when, action: "allow" }]);
    const filesOf = () => localFilesOf({ localFiles: true, cwd: app, ...(env ? { env } : {}) });
    const call = callOf("files__read", { path: value });
    const { decision } = explainCall({ ...input, filesOf }, call, NOW);
    return decision.faults.length > 0 ? "fails" : decision.action === "allow" ? "inside" : "outside";
  }

  test.for<[value: string, said: string]>([
    [`${app}/x`, "inside"],
    [`${app}/deep/new/file`, "inside"],
    [`${app}/in/x`, "inside"],
    ["x", "inside"],
    ["./deep/../x", "inside"],
    ["../secret", "outside"],
    ["out/x", "fails"],
    [`${app}/out`, "fails"],
    [`${app}/dangling`, "fails"],
    // the system goes up from deep/er, a program that works out `..` first from app
    [`${app}/in/../x`, "inside"],
    [`${app}/out/../x`, "fails"],
    [`${app}/loop`, "fails"],
    [`${folder}/alias/x`, "fails"],
    ["~/x", "fails"],
    ["%6fut/x", "fails"],
  ])("S-65 %j is found %s", ([value, said]) => {
    expect(sayHere(`path.within(args.path, '${app}')`, value)).toBe(said);
  });

  test("S-65 a root that is itself a link means where it leads", () => {
    expect(sayHere(`path.within(args.path, '${folder}/alias')`, `${folder}/alias/x`)).toBe("inside");
    expect(sayHere(`path.within(args.path, '${folder}/alias')`, `${folder}/alias/out/x`)).toBe("fails");
  });

  test("a relative root and ~ are the server's own", () => {
    expect(sayHere("path.within(args.path, '.')", `${app}/x`)).toBe("inside");
    expect(sayHere("path.within(args.path, 'deep')", "in/x")).toBe("fails");
    expect(sayHere("path.within(args.path, '~')", `${folder}/x`, { HOME: folder })).toBe("inside");
    expect(sayHere("path.within(args.path, '~')", "/etc", { HOME: folder })).toBe("outside");
  });

  test("S-65 a link to a name is the name", () => {
    expect(sayHere("path.hasPart(args.path, 'secret')", "out/x")).toBe("fails");
    expect(sayHere("path.hasPart(args.path, 'app')", "in/x")).toBe("outside");
  });
});
