import { expect, test } from "vitest";
import { ANY } from "#schema";
import { compileCondition } from "../../src/policy/condition.ts";

const readsOf = (condition: string) =>
  compileCondition(condition)
    .reads.map((path) => path.map((step) => (step === ANY ? "*" : step)).join("."))
    .sort();

test.for([
  ["tool == 'x' && now.getHours() > 5 && client != user", []],
  ["session.cwd.startsWith('/work') || annotations.readOnlyHint", []],
  ["has(args.env) && args.env == 'prod'", ["env"]],
  ["has(args.options.mode)", ["options.mode"]],
  ["args['env'] == 'prod'", ["env"]],
  ["args.list[0] == 'a'", ["list.*"]],
  ["args[tool] == 'a'", ["*"]],
  ["args[args.which] == 'a'", ["*", "which"]],
  ["'env' in args", ["env"]],
  ["args.env in ['prod', 'live']", ["env"]],
  ["size(args) > 1", [""]],
  ["args == {'a': 1}", [""]],
  ["args.?env.orValue('x') == 'prod'", ["env"]],
  ["args[?'env'].hasValue()", ["env"]],
  ["args.files.exists(f, f.path.contains('.env'))", ["files", "files.*.path", "files.path"]],
  ["args.path.matches('^/srv') && !args.force", ["force", "path"]],
  ["-args.n < 3", ["n"]],
  ["cel.bind(p, args.path, p.startsWith('/etc'))", ["path"]],
] as const)("the condition %s reads %j", ([condition, expected]) => {
  expect(readsOf(condition)).toEqual(expected);
});

test.for([
  ["(has(args.a) ? args.a : args.b).path == 'x'", ["a.path", "b.path"]],
  ["[args.a, args.b].exists(x, x.path == 'x')", ["a.path", "b.path"]],
  ["[args.a][0].path == 'x'", ["a.path"]],
  ["args.a.filter(x, x.on)[0].path == 'x'", ["a.*.path"]],
  ["dyn(args).path == 'x'", ["path"]],
  ["args.a.exists(args, args.path == 'x')", ["a.*.path"]],
  ["cel.bind(all, args, all.options.mode == 'x')", ["options.mode"]],
] as const)("the condition %s reads %j, whatever else", ([condition, expected]) => {
  expect(readsOf(condition)).toEqual(expect.arrayContaining([...expected]));
});

test("a condition of many turns is read in no more time than it has parts", () => {
  const deep = `${"dyn(".repeat(60)}args.a${")".repeat(60)} == 1`;
  expect(readsOf(deep)).toContain("a");
});
