#!/usr/bin/env node
/**
 * Prisma's schema engine for `prisma migrate`, from npm packages alone: its native binary comes from a host that not
 * every machine can reach. Named by PRISMA_SCHEMA_ENGINE_BINARY (see the migrate scripts in package.json), it speaks
 * the line-delimited JSON-RPC that Prisma's command line expects on stdin and stdout, and answers it with the same
 * engine built for WebAssembly.
 */
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import pg from "pg";
import { Factory, withDatabase } from "./adapter.mjs";
import { loadEngine } from "./engine.mjs";

const { positionals, values } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: { datasource: { type: "string" }, datamodels: { type: "string", multiple: true } },
});
const datasource = readDatasource(values.datasource);

if (positionals.includes("can-connect-to-database")) await answer(() => once(datasource.url, "SELECT 1"));
else if (positionals.includes("create-database")) await answer(createDatabase);
else serve();

/** Answers one request per line, one at a time, until stdin ends. */
function serve() {
  const factory = new Factory(datasource);
  let engine;
  let tail = Promise.resolve();
  const handle = async (line) => {
    const { id, method, params } = JSON.parse(line);
    if (!method) return;
    try {
      engine ??= loadEngine({ factory, datamodels: values.datamodels ?? [] });
      say({ id, result: await call(await engine, id, method, params) });
    } catch (error) {
      say({ id, error: faultOf(error) });
    }
  };
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      tail = tail.then(() => handle(line));
    })
    .on("close", async () => {
      await tail;
      await factory.dropShadows();
      process.stdout.write("", () => process.exit(0));
    });
}

async function call(engine, id, method, params) {
  if (method === "getDatabaseVersion") return engine.version(params);
  const result = await engine[method](params);
  // What the native engine prints by itself, the command line wants as a request of ours.
  if (method === "diff" && result.stdout != null)
    say({ id: id + 900_000, method: "print", params: { content: result.stdout } });
  return result ?? {};
}

function faultOf(error) {
  const message = error?.message ?? String(error);
  const known = error?.code ? { error_code: error.code, meta: error.meta } : {};
  return {
    code: 4466,
    message: "An error happened. Check the data field for details.",
    data: { is_panic: false, message, ...known },
  };
}

function say(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}

function readDatasource(text = "{}") {
  try {
    return { url: process.env.DATABASE_URL, ...JSON.parse(text) };
  } catch {
    return { url: text };
  }
}

async function createDatabase() {
  const name = decodeURIComponent(new URL(datasource.url).pathname.slice(1));
  await once(withDatabase(datasource.url, "postgres"), `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  process.stdout.write(`${JSON.stringify({ databaseName: name })}\n`);
}

async function once(connectionString, sql) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

async function answer(work) {
  try {
    await work();
  } catch (error) {
    const fields = {
      message: error.message,
      error_code: error.code === "3D000" ? "P1003" : "P1001",
      is_panic: false,
    };
    const line = (level, about) => `${JSON.stringify({ level, target: "schema_engine", fields: about })}\n`;
    // The command line skips the first line.
    process.stderr.write(line("INFO", { message: "" }) + line("ERROR", fields));
    process.exitCode = 1;
  }
}
