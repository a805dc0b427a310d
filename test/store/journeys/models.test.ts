import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Prisma } from "../../../src/store/generated/client.ts";
import { describeStores } from "../../support/stores.ts";

/** Postgres's names for the types of schema.prisma. */
const TYPES: Readonly<Record<string, string>> = {
  String: "text",
  Int: "int4",
  BigInt: "int8",
  Float: "float8",
  Boolean: "bool",
  DateTime: "timestamptz",
  Json: "jsonb",
};

const schema = readFileSync(path.join(import.meta.dirname, "../../../prisma/schema.prisma"), "utf8");
const models = [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name, body]) => ({
  name: name!,
  table: /@@map\("(\w+)"\)/.exec(body!)![1]!,
  columns: body!.split("\n").flatMap(columnOf),
}));

/** What a line of a model says of a column, as `name type`; relations are no columns. */
function columnOf(line: string): string[] {
  const [, field, type, dots] = /^ {2}(\w+) +(Unsupported\("\w+"\)|\w+)(\?|\[\])?/.exec(line) ?? [];
  const native = TYPES[type ?? ""] ?? /"(\w+)"/.exec(type ?? "")?.[1];
  if (field === undefined || native === undefined) return [];
  const name = /@map\("(\w+)"\)/.exec(line)?.[1] ?? field;
  return [`${name} ${dots === "[]" ? "_" : ""}${native}${dots === "?" ? " or null" : ""}`];
}

describeStores("schema.prisma", (open) => {
  test("models every table, column for column", async () => {
    const db = await open();
    // A list of Prisma's is never null to it, whatever its column may be.
    const found = await db.rows<{ table: string; column: string }>(
      `SELECT table_name AS table, concat_ws(' ', column_name, udt_name,
         CASE WHEN is_nullable = 'YES' AND data_type <> 'ARRAY' THEN 'or null' END) AS column
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`,
    );
    const modelled = models.flatMap(({ table, columns }) => columns.map((column) => ({ table, column })));
    const lines = (rows: readonly { table: string; column: string }[]) =>
      rows.map(({ table, column }) => `${table}: ${column}`).sort();
    expect(lines(modelled)).toEqual(lines(found));
  });

  test("is what the client was made from, which reads every model", async () => {
    const prisma = await (await open()).prisma();
    expect(Object.keys(Prisma.ModelName).sort()).toEqual(models.map(({ name }) => name).sort());
    const readers = prisma as unknown as Readonly<
      Record<string, { findMany(): Promise<readonly unknown[]> }>
    >;
    for (const { name } of models)
      expect(await readers[`${name[0]!.toLowerCase()}${name.slice(1)}`]!.findMany(), name).toEqual([]);
  });
});
