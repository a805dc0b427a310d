import { describe, expect, test } from "vitest";
import { shownUrl } from "#store";

describe("a database URL", () => {
  test.for([
    [
      "postgresql://ana:secret@db.acme.dev:5433/preloop?sslmode=require",
      "postgresql://ana@db.acme.dev:5433/preloop",
    ],
    ["postgres://ana:s%40cret@db/preloop", "postgresql://ana@db/preloop"],
    ["postgresql+psycopg://postgres:postgres@localhost/preloop", "postgresql://postgres@localhost/preloop"],
    ["postgresql+asyncpg://db/x?password=secret&user=ana", "postgresql://ana@db/x"],
    ["postgresql:///preloop?host=/run/postgresql", "postgresql:///preloop?host=/run/postgresql"],
    ["postgresql://ana:secret@db:port/x", "an unreadable DATABASE_URL"],
  ] as const)("%s is shown without its secrets", ([url, shown]) => {
    expect(shownUrl(url)).toBe(shown);
  });
});
