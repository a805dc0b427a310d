import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { type Json, type JsonObject, readJson } from "#base";
import { compileSchema } from "#schema";

const fit = (schema: Json, value: Json) => compileSchema(schema).fit(value);
const misfitsOf = (schema: Json, value: Json) => {
  const found = fit(schema, value);
  return found.kind === "misfits"
    ? found.misfits.map(({ path, message }) => `${path.join(".")}: ${message}`)
    : [];
};

const TOOL: JsonObject = {
  type: "object",
  properties: {
    env: { type: "string", enum: ["staging", "prod"] },
    n: { type: "integer", minimum: 1, maximum: 10 },
    tags: { type: "array", items: { type: "string" }, maxItems: 2, uniqueItems: true },
    path: { type: "string", pattern: "^/srv/[a-z]+$", maxLength: 12 },
    options: { $ref: "#/$defs/options" },
  },
  required: ["env"],
  additionalProperties: false,
  $defs: { options: { type: "object", properties: { mode: { const: "fast" } } } },
};

test.for([
  ['{"env":"prod"}', []],
  ['{"env":"prod","n":3.0,"tags":["a"],"path":"/srv/a","options":{"mode":"fast","more":1}}', []],
  ["{}", ["env: is required"]],
  ['{"env":null}', ["env: must be string", 'env: must be one of "staging", "prod"']],
  ['{"env":"prod","n":"3"}', ["n: must be integer"]],
  ['{"env":"prod","n":3.5}', ["n: must be integer"]],
  ['{"env":"prod","n":9007199254740993.5}', ["n: must be integer", "n: must be <= 10"]],
  ['{"env":"prod","tags":"a"}', ["tags: must be array"]],
  ['{"env":"prod","tags":[1]}', ["tags.0: must be string"]],
  [
    '{"env":"prod","tags":["a","b","a"]}',
    [
      "tags: must NOT have more than 2 items",
      "tags: must NOT have duplicate items (items 0 and 2 are equal)",
    ],
  ],
  ['{"env":"prod","path":"/etc"}', ['path: must match pattern "^/srv/[a-z]+$"']],
  ['{"env":"prod","options":{"mode":"slow"}}', ['options.mode: must be "fast"']],
  ['{"env":"prod","Path":"/srv/a"}', ["Path: is not among the members it may have"]],
] as const)("the arguments %s: %j", ([args, expected]) => {
  expect(misfitsOf(TOOL, readJson(args))).toEqual(expected);
});

test("a type that OpenAPI calls nullable may be null", () => {
  expect(misfitsOf({ type: "string", nullable: true }, null)).toEqual([]);
  expect(misfitsOf({ type: "string", nullable: true }, 1)).toEqual([": must be string or null"]);
});

test("numbers are equal by their value, however they are written", () => {
  expect(misfitsOf({ const: 1 }, readJson("1.0"))).toEqual([]);
  expect(misfitsOf({ enum: [100] }, readJson("1e2"))).toEqual([]);
  expect(misfitsOf({ uniqueItems: true }, readJson("[1,1.0]"))).toHaveLength(1);
  expect(misfitsOf({ const: 9007199254740992 }, readJson("9007199254740993"))).toHaveLength(1);
});

test.for([
  ["an expression that needs to look ahead", { pattern: "^(?!x)a" }, /"\^\(\?!x\)a": .*no lookaround/],
  ["a reference that leads out", { $ref: "https://example.com/a.json" }, /example\.com/],
  ["a reference to nothing", { $ref: "#/$defs/none" }, /#\/\$defs\/none/],
] as const)("%s is not checked, and said to be", ([, schema, said]) => {
  const compiled = compileSchema(schema);
  expect(compiled.unchecked.map(({ text }) => text).join()).toMatch(said);
  expect(compiled.fit("b")).toEqual({ kind: "fits" });
});

test("members that an expression beyond checking may name are not taken for strangers", () => {
  const schema = { patternProperties: { "^(?=a)": {} }, additionalProperties: false };
  expect(misfitsOf(schema, { anything: 1 })).toEqual([]);
});

test.for([
  ["a type nobody knows", { type: "money" }],
  ["keywords of the wrong kind", { properties: "a", required: true, items: 5, minLength: "x", enum: {} }],
  ["no schema at all", "object"],
  ["an empty schema", {}],
] as const)("%s constrains nothing", ([, schema]) => {
  expect(fit(schema as Json, { a: 1 })).toEqual({ kind: "fits" });
});

test.for([
  [[1, 2], true],
  [[1, "a"], false],
] as const)("what another keyword has looked at is not left over: %j", ([value, fits]) => {
  const schema = { contains: { type: "number" }, minContains: 0, unevaluatedItems: false };
  expect(fit(schema, value).kind === "fits").toBe(fits);
});

test("members that only a branch looked at are left over when the branch does not fit", () => {
  const schema = {
    anyOf: [{ properties: { a: { type: "string" } }, required: ["a"] }, { properties: { b: true } }],
    unevaluatedProperties: false,
  };
  expect(misfitsOf(schema, { a: "x", b: 1 })).toEqual([]);
  expect(misfitsOf(schema, { a: 1, b: 1 })).toEqual(["a: may not be there"]);
});

const A40 = `${"a".repeat(40)}!`;
const doubling = (levels: number): JsonObject => ({
  $ref: "#/$defs/d0",
  $defs: Object.fromEntries([
    ...Array.from({ length: levels }, (_, at) => [
      `d${at}`,
      { anyOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] },
    ]),
    [`d${levels}`, false],
  ]),
});
const nested = (levels: number): Json => {
  let value: Json = { type: "string" };
  for (let level = 0; level < levels; level++) value = { properties: { a: value } };
  return value;
};

test.for([
  ["^(a+)+$", { pattern: "^(a+)+$" }, A40, "misfits"],
  ["(a|a)*", { pattern: "^(a|a)*$" }, A40, "misfits"],
  ["patternProperties", { patternProperties: { "^(a+)+$": {} } }, { [A40]: 1 }, "fits"],
  ["propertyNames", { propertyNames: { pattern: "^(a+)+$" } }, { [A40]: 1 }, "misfits"],
  [
    "a pattern behind a reference",
    { $ref: "#/$defs/p", $defs: { p: { pattern: "^(a+)+$" } } },
    A40,
    "misfits",
  ],
  ["alternatives that double", doubling(60), 1, "unknown"],
  ["a reference to itself", { $ref: "#" }, 1, "unknown"],
  ["two references that chase one another", { $ref: "#/$defs/a", $defs: { a: { $ref: "#" } } }, 1, "unknown"],
  [
    "a long text for a slow expression",
    { pattern: "^(([a-z]|[0-9]|[a-y])*)*!$" },
    "ab1".repeat(300_000),
    "unknown",
  ],
  ["uniqueItems over many", { uniqueItems: true }, Array.from({ length: 600_000 }, (_, at) => at), "unknown"],
  ["a schema of megabytes", { enum: Array.from({ length: 300_000 }, (_, at) => `v${at}`) }, "no", "fits"],
  ["a schema of many levels", nested(5_000), {}, "fits"],
] as const)("work is bounded: %s [S-70]", ([, schema, value, kind]) => {
  expect(fit(schema as Json, value as Json).kind).toBe(kind);
});

test("a schema that is too large or too deep counts as none, and says so", () => {
  expect(compileSchema(nested(5_000)).problem).toMatch(/deeper than 100/);
  expect(compileSchema({ enum: Array.from({ length: 300_000 }, () => 1) }).problem).toMatch(/parts/);
});

test("a thousand references in a row are made ready without a stack to match", () => {
  const defs = Array.from({ length: 900 }, (_, at) => [`d${at}`, { $ref: `#/$defs/d${at + 1}` }]);
  const schema = { $ref: "#/$defs/d0", $defs: Object.fromEntries([...defs, ["d900", { type: "string" }]]) };
  expect(misfitsOf(schema, 1)).toEqual([": must be string"]);
});

test("more misfits than a list holds are no reason to take a member for a good one", () => {
  const found = fit(
    { items: { type: "string" } },
    Array.from({ length: 500 }, (_, at) => at),
  );
  expect(found).toMatchObject({
    kind: "misfits",
    misfits: expect.arrayContaining([{ path: [], message: expect.any(String) }]),
  });
});

test("the same values fit as with another validator, over many schemas", () => {
  const random = mulberry(20_261_201);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const value = (depth: number): Json => {
    const kinds = depth > 0 ? 7 : 5;
    const kind = Math.floor(random() * kinds);
    if (kind === 5) return Array.from({ length: Math.floor(random() * 4) }, () => value(depth - 1));
    if (kind === 6)
      return Object.fromEntries(
        ["a", "b", "c"].filter(() => random() < 0.6).map((key) => [key, value(depth - 1)]),
      );
    return [null, random() < 0.5, Math.floor(random() * 5), random() * 4, pick(["", "a", "ab", "é😀"])][
      kind
    ]!;
  };
  const schema = (depth: number): Json => {
    if (depth === 0)
      return pick<Json>([true, false, { type: pick(TYPES) }, { type: [pick(TYPES.slice(1)), "null"] }]);
    const sub = () => schema(depth - 1);
    const keywords: [string, () => Json][] = [
      ["type", () => pick(TYPES)],
      ["enum", () => [value(1), value(1), value(1)]],
      ["const", () => value(1)],
      ["minimum", () => 2],
      ["exclusiveMaximum", () => 3],
      ["multipleOf", () => 2],
      ["minLength", () => 2],
      ["maxLength", () => 1],
      ["pattern", () => pick(["^a", "b$", "^.$"])],
      ["required", () => [pick(["a", "b"])]],
      ["minProperties", () => 2],
      ["maxProperties", () => 1],
      ["properties", () => ({ a: sub(), b: sub() })],
      ["patternProperties", () => ({ "^[ab]$": sub() })],
      ["additionalProperties", sub],
      ["propertyNames", () => ({ pattern: pick(["a", "[ab]"]) })],
      ["dependentRequired", () => ({ a: ["b"] })],
      ["dependentSchemas", () => ({ a: sub() })],
      ["prefixItems", () => [sub(), sub()]],
      ["items", sub],
      ["minItems", () => 1],
      ["maxItems", () => 2],
      ["uniqueItems", () => true],
      ["allOf", () => [sub(), sub()]],
      ["anyOf", () => [sub(), sub()]],
      ["oneOf", () => [sub(), sub()]],
      ["not", sub],
      ["if", sub],
      ["then", sub],
      ["else", sub],
    ];
    return Object.fromEntries(
      Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(keywords)).map(([key, make]) => [
        key,
        make(),
      ]),
    );
  };
  const ajv = new Ajv2020({ strict: false, logger: false });
  for (let round = 0; round < 600; round++) {
    const one = schema(2);
    const theirs = ajv.compile(one as JsonObject);
    const mine = compileSchema(one);
    for (let count = 0; count < 12; count++) {
      const given = value(2);
      expect([one, given, mine.fit(given).kind === "fits"]).toEqual([one, given, theirs(given)]);
    }
  }
});

const TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"];

// A generator with a seed, so that a failure can be looked at again.
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
