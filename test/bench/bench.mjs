// Measures a direct connection, a bare byte pipe and preloop side by side, and prints how preloop stands against its
// budget. It measures and never judges: the exit status says only whether everything could be measured.
//   npm run bench [-- --quick] [-- --json]
import { parseArgs } from "node:util";
import { contenders } from "./contenders.mjs";
import { measureCalls, measureList } from "./measure.mjs";
import { reportText, summarize } from "./report.mjs";

const FULL = {
  rounds: 5,
  limitMs: 150_000,
  starts: 3,
  warm: 1_000,
  small: 4_000,
  large: 1_000,
  flood: 20_000,
  lists: 50,
  upstreams: [1, 5, 20],
};
const QUICK = { ...FULL, rounds: 1, starts: 1, small: 2_000, large: 500, flood: 10_000, lists: 20 };

const { values: options } = parseArgs({ options: { quick: { type: "boolean" }, json: { type: "boolean" } } });
const sizes = options.quick ? QUICK : FULL;
const blocks = [];
const failures = new Map();

for (const round of roundsWithin(sizes)) {
  // Another one goes first in each round, so that none is always the one after a noisy neighbour.
  const order = contenders.map((_, index) => contenders[(index + round) % contenders.length]);
  for (const contender of order) {
    await attempt(contender, () => measureCalls(contender, sizes));
    for (const count of sizes.upstreams.filter((one) => one === 1 || contender.takesMany)) {
      await attempt(contender, async () => listFigures(count, await measureList(contender, count, sizes)));
    }
  }
}

const summary = summarize(blocks, contenders);
const failed = Object.fromEntries(failures);
console.log(options.json ? JSON.stringify({ ...summary, failed }, null, 2) : reportText(summary, failed));
process.exitCode = failures.size > 0 ? 1 : 0;

function* roundsWithin({ rounds, limitMs }) {
  const began = performance.now();
  for (let round = 0; round < rounds; round++) {
    const elapsed = performance.now() - began;
    if (elapsed + elapsed / Math.max(round, 1) > limitMs && round > 0) return;
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
    yield round;
  }
}

async function attempt(contender, measure) {
  if (failures.has(contender.name)) return;
  try {
    blocks.push({ contender: contender.name, figures: await measure() });
  } catch (error) {
    failures.set(contender.name, error.message);
  }
}

function listFigures(count, { readyMs, listP50 }) {
  return { [`list${count}`]: listP50, [`ready${count}`]: readyMs };
}
