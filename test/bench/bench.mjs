// Measures a direct connection, a bare byte pipe and preloop side by side, and prints how preloop stands against its
// budget. It measures and never judges: the exit status says only whether everything could be measured.
//   npm run bench [-- --quick] [-- --json] [-- --peers]
import { parseArgs } from "node:util";
import { contenders } from "./contenders.mjs";
import { measureCalls, measureList } from "./measure.mjs";
import { installPeers } from "./peers.mjs";
import { PLACES } from "./places.mjs";
import { peersText, reportText, summarize } from "./report.mjs";

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
/** Some peers answer a thousand calls in a second, and not more. */
const PEER_SIZES = { limitMs: 600_000, starts: 2, warm: 500, small: 1_000, large: 200, flood: 3_000 };
const QUICK = { ...FULL, rounds: 1, starts: 1, small: 2_000, large: 500, flood: 10_000, lists: 20 };

const flag = { type: "boolean" };
const { values: options } = parseArgs({ options: { quick: flag, json: flag, peers: flag } });
const sizes = options.quick ? QUICK : FULL;
if (options.peers) await comparePeers();
else await compareFloors();

async function compareFloors() {
  const { blocks, failed } = await measure(contenders, sizes, async (contender, attempt) => {
    await attempt(() => measureCalls(contender, sizes));
    for (const count of sizes.upstreams.filter((one) => one === 1 || contender.takesMany))
      await attempt(async () => listFigures(count, await measureList(contender, count, sizes)));
  });
  const summary = summarize(blocks, contenders);
  console.log(options.json ? JSON.stringify({ ...summary, failed }, null, 2) : reportText(summary, failed));
}

async function comparePeers() {
  installPeers();
  const found = [];
  for (const { title, contenders: here, start } of PLACES) {
    const work = (contender, attempt) => attempt(() => measureCalls(contender, PEER_SIZES, start));
    const { blocks, failed } = await measure(here, { ...sizes, limitMs: PEER_SIZES.limitMs }, work);
    found.push({ title, failed, ...summarize(blocks, here) });
  }
  console.log(options.json ? JSON.stringify(found, null, 2) : peersText(found));
}

/** So many rounds of all contenders; what one of them fails at is said, and it is left out from there on. */
async function measure(all, limits, work) {
  const blocks = [];
  const failed = {};
  for (const round of roundsWithin(limits)) {
    // Another one goes first in each round, so that none is always the one after a noisy neighbour.
    const order = all.map((_, index) => all[(index + round) % all.length]);
    for (const contender of order)
      await work(contender, async (take) => {
        if (contender.name in failed) return;
        try {
          process.stderr.write(`  ${contender.name}\n`);
          blocks.push({ contender: contender.name, figures: await take() });
        } catch (error) {
          failed[contender.name] = error.message;
          process.exitCode = 1;
        }
      });
  }
  return { blocks, failed };
}

function* roundsWithin({ rounds, limitMs }) {
  const began = performance.now();
  for (let round = 0; round < rounds; round++) {
    const elapsed = performance.now() - began;
    if (elapsed + elapsed / Math.max(round, 1) > limitMs && round > 0) return;
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
    yield round;
  }
}

function listFigures(count, { readyMs, listP50 }) {
  return { [`list${count}`]: listP50, [`ready${count}`]: readyMs };
}
