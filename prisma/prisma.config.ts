import path from "node:path";
import { defineConfig } from "prisma/config";

// DATABASE_URL is only needed by `prisma migrate`; `prisma generate` runs without any database.
export default defineConfig({
  schema: path.join(import.meta.dirname, "schema.prisma"),
  migrations: { path: path.join(import.meta.dirname, "migrations") },
  datasource: { url: process.env.DATABASE_URL ?? "postgresql://unset" },
});
