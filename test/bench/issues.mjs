// Measures sync and search of many issues. It measures and never judges.
//   npm run bench:issues [-- --full] [-- --json] [-- --no-sync]     --full adds 100,000 issues
// PRELOOP_TEST_DATABASE_URL adds a PostgreSQL, in a database of its own.
import { parseArgs } from "node:util";
import { importSource } from "../support/build-source.mjs";
import { measureSync, syncText } from "./sync.mjs";

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    full: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    sync: { type: "boolean", default: true },
    issues: { type: "string", default: "10000" },
  },
});

const { measureSearch } = await importSource("bench/search.ts");

const counts = [Number(options.issues), ...(options.full ? [100_000] : [])];
const servers = [undefined, process.env.PRELOOP_TEST_DATABASE_URL].filter((one, at) => at === 0 || one);
const searches = [];
for (const count of counts)
  for (const server of servers) {
    process.stderr.write(`search among ${count} issues, ${server ? "PostgreSQL" : "embedded"}\n`);
    searches.push(await measureSearch(count, server));
  }
const sync = options.sync ? await measureSync({ issues: counts[0] }) : undefined;

if (options.json) console.log(JSON.stringify({ searches, sync }, null, 2));
else {
  console.log(
    "| store | issues | indexing | RSS, store's | call | p50 | p99 | HNSW index in | recall at 10 |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const one of searches)
    for (const [at, call] of one.calls.entries())
      console.log(
        `| ${[...(at === 0 ? head(one) : ["", "", "", ""]), call.name, ms(call.p50), ms(call.p99), ...(at === 0 ? tail(one) : ["", ""])].join(" | ")} |`,
      );
  if (sync) console.log(`\n${syncText(sync)}`);
}

function head({ store, issues, indexSeconds, indexRssMb, storeRssMb }) {
  const rss = `${indexRssMb.toFixed(0)} MB${storeRssMb ? `, ${storeRssMb.toFixed(0)} MB` : ""}`;
  return [store, issues.toLocaleString("en"), `${(issues / indexSeconds).toFixed(0)}/s`, rss];
}

function tail({ graphSeconds, recallAt10 }) {
  return [`${graphSeconds.toFixed(1)} s`, recallAt10.toFixed(3)];
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}
