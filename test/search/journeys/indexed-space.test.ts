import { expect, test } from "vitest";
import { BUILTIN_SPACE, createBuiltinEmbedder, similarIssues } from "#search";
import { indexSpace, listSpaces, openSpace, rankIssues, saveEmbeddings } from "#store";
import { describeStores } from "../../support/stores.ts";
import { keep, NO_MODELS } from "../support.ts";

const texts = Object.fromEntries(
  Array.from({ length: 120 }, (_, n) => [
    n,
    { title: `part${n % 11} fails`, body: `case${n} of step${n % 17}` },
  ]),
);

describeStores("a space with an index", (open) => {
  test("finds what looking at all vectors finds, also under a filter", async () => {
    const db = await open();
    await keep(db, texts);
    const space = (await listSpaces(db)).find(({ name }) => name === BUILTIN_SPACE.id)!;
    const vector = await createBuiltinEmbedder(db).embedQuery({ title: "part3 fails at step5", body: "" });
    await indexSpace(db, space);
    const near = async (isIndexed: boolean, filter: object) =>
      (await rankIssues(db, { vector: { space, vector, isIndexed }, filter, limit: 10 })).map(
        ({ row }) => row.id,
      );
    for (const filter of [{}, { project: "p" }, { status: "open", exceptRowId: 4 }])
      expect(await near(true, filter)).toEqual(await near(false, filter));
    expect(await near(true, { project: "none" })).toEqual([]);
    expect((await listSpaces(db)).find(({ name }) => name === BUILTIN_SPACE.id)).toMatchObject({
      isIndexed: true,
    });
    const { hits } = await similarIssues(db, { title: "part3 fails", body: "case3 of step3" }, NO_MODELS);
    expect(hits[0]!.row.id).toBe("3");
    await db.rows("DROP INDEX search_embedding_space_1_idx");
  });

  test("may have vectors of four thousand dimensions", async () => {
    const db = await open();
    await keep(db, { 1: { title: "one" }, 2: { title: "two" } });
    const space = await openSpace(db, { name: "long/4096", dimensions: 4096, state: "serving" });
    const rows = await db.rows<{ row_id: string; text_hash: string }>(
      "SELECT row_id, text_hash FROM search_document ORDER BY row_id",
    );
    const unit = (at: number) =>
      new Float32Array(4096).map((_, n) => (n % 2 === at ? 1 / Math.sqrt(2048) : 0));
    await saveEmbeddings(
      db,
      space.number,
      rows.map(({ row_id, text_hash }, at) => ({
        rowId: Number(row_id),
        textHash: text_hash,
        embedding: unit(at),
      })),
    );
    await indexSpace(db, space);
    for (const isIndexed of [true, false])
      expect(
        (await rankIssues(db, { vector: { space, vector: unit(1), isIndexed }, filter: {}, limit: 10 })).map(
          ({ row }) => row.id,
        ),
      ).toEqual(["2"]);
    await db.rows(`DROP INDEX search_embedding_space_${space.number}_idx`);
  });
});
