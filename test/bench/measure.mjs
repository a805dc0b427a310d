import { createHome, start } from "./contenders.mjs";
import { median, quantile } from "./numbers.mjs";
import { cpuMicros, residentMb } from "./proc.mjs";

const SMALL = "The quick brown fox jumps over the lazy dog. ".repeat(3).slice(0, 92);
const LARGE = "The quick brown fox jumps over the lazy dog. ".repeat(300).slice(0, 10_232);
const IN_FLIGHT = 50;

/** One round of one contender with one upstream: starts, calls one by one, then calls fifty at a time. */
export async function measureCalls(contender, sizes, begin = start) {
  const home = createHome();
  try {
    const cold = await begin(contender, home.path);
    const starts = [];
    await quiet(cold.pid, home);
    for (let count = 0; count < sizes.starts; count++) {
      const again = await begin(contender, home.path);
      starts.push({ initializeMs: again.initializeMs, readyMs: again.readyMs });
      await again.stop();
    }
    await quiet(cold.pid, home);
    const figures = await measureRunning(cold, home, sizes).finally(() => cold.stop());
    return {
      coldInitializeMs: cold.initializeMs,
      initializeMs: median(starts.map((one) => one.initializeMs)),
      readyMs: median(starts.map((one) => one.readyMs)),
      ...figures,
    };
  } finally {
    await home.remove();
  }
}

async function measureRunning(running, home, sizes) {
  const cpu = () => ({ own: cpuMicros(running.pid), owner: sum(home.owners().map(cpuMicros)) });
  const perCall = (before, after, calls) => ({
    own: (after.own - before.own) / calls,
    owner: (after.owner - before.owner) / calls,
  });
  await oneByOne(running, SMALL, sizes.warm);
  await workDone(running, home);
  const before = cpu();
  const small = await oneByOne(running, SMALL, sizes.small);
  await workDone(running, home);
  const sequentialCpu = perCall(before, cpu(), sizes.small);
  const large = await oneByOne(running, LARGE, sizes.large);
  await inFlight(running, Math.max(0, 10_000 - sizes.warm - sizes.small - sizes.large));
  const residentAfter = residentMb(running.pid);
  await workDone(running, home);
  const beforeFlood = cpu();
  const floodSeconds = await inFlight(running, sizes.flood);
  await workDone(running, home);
  const floodCpu = perCall(beforeFlood, cpu(), sizes.flood);
  return {
    smallP50: quantile(small, 0.5),
    smallP99: quantile(small, 0.99),
    largeP50: quantile(large, 0.5),
    largeP99: quantile(large, 0.99),
    callsPerSecond: sizes.flood / floodSeconds,
    cpuMicros: sequentialCpu.own,
    cpuMicrosInFlight: floodCpu.own,
    ownerCpuMicros: floodCpu.owner,
    residentMb: residentAfter,
  };
}

/** One round of listing the tools of several upstreams: start until all are listed, then the median listing. */
export async function measureList(contender, count, sizes) {
  const home = createHome();
  try {
    const running = await start(contender, home.path, count);
    await quiet(running.pid, home);
    const times = [];
    for (let index = 0; index < sizes.lists; index++) times.push(await timed(running.list));
    await running.stop();
    return { readyMs: running.readyMs, listP50: median(times) };
  } finally {
    await home.remove();
  }
}

let tag = 0;

// Every answer is checked: a fast wrong answer is no answer.
async function checkedCall(running, text) {
  const expected = `${++tag} ${text}`;
  const reply = await running.call(expected);
  if (!reply.includes(expected)) throw new Error(`wrong answer: ${reply.slice(0, 200)}`);
}

async function oneByOne(running, text, count) {
  const times = [];
  for (let index = 0; index < count; index++) times.push(await timed(() => checkedCall(running, text)));
  return times;
}

async function inFlight(running, count) {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await checkedCall(running, SMALL);
  };
  const micros = await timed(() => Promise.all(Array.from({ length: IN_FLIGHT }, worker)));
  return micros / 1e6;
}

async function timed(action) {
  const began = performance.now();
  await action();
  return (performance.now() - began) * 1000;
}

// What a contender puts off until the calls are over is work of those calls.
async function workDone({ pid, worksOn }, home) {
  if (worksOn) await quiet(pid, home, 1_500);
}

// The store of an empty home is built in the background; its work is not the work of a call.
async function quiet(pid, home, calmMs = 300) {
  const used = () => cpuMicros(pid) + sum(home.owners().map(cpuMicros));
  let calm = 0;
  for (let waited = 0; waited < 10_000 && calm < calmMs; waited += 100) {
    const before = used();
    await new Promise((resolve) => setTimeout(resolve, 100));
    calm = used() - before > 10_000 ? 0 : calm + 100;
  }
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
