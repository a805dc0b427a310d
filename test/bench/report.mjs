import os from "node:os";
import { budgetLines } from "./budget.mjs";
import { median } from "./numbers.mjs";

const ROWS = [
  { key: "initializeMs", title: "start to initialize", unit: "ms" },
  { key: "readyMs", title: "start to all tools listed", unit: "ms" },
  { key: "coldInitializeMs", title: "start to initialize, empty home", unit: "ms" },
  { key: "smallP50", title: "call of 100 B, p50", unit: "µs" },
  { key: "smallP99", title: "call of 100 B, p99", unit: "µs" },
  { key: "largeP50", title: "call of 10 KB, p50", unit: "µs" },
  { key: "largeP99", title: "call of 10 KB, p99", unit: "µs" },
  { key: "callsPerSecond", title: "calls per second, 50 in flight", unit: "" },
  { key: "cpuMicros", title: "CPU per call, one by one", unit: "µs", isMiddle: true },
  { key: "cpuMicrosInFlight", title: "CPU per call, 50 in flight", unit: "µs", isMiddle: true },
  { key: "ownerCpuMicros", title: "CPU per call of the store's owner", unit: "µs", isMiddle: true },
  { key: "residentMb", title: "memory after 10,000 calls", unit: "MB", isMiddle: true },
  { key: "list1", title: "tools/list, 1 upstream, p50", unit: "µs" },
  { key: "list5", title: "tools/list, 5 upstreams, p50", unit: "µs" },
  { key: "list20", title: "tools/list, 20 upstreams, p50", unit: "µs" },
  { key: "ready20", title: "start to 20 upstreams' tools", unit: "ms" },
];

// Taken before the first round: the rounds themselves are a load.
const loadBefore = os.loadavg()[0];

/** The median of every figure over all rounds, by contender. */
export function summarize(blocks, contenders) {
  const figuresOf = (name) => {
    const own = blocks.filter((block) => block.contender === name).map((block) => block.figures);
    const keys = new Set(own.flatMap(Object.keys));
    return [...keys].map((key) => [key, median(own.map((figures) => figures[key] ?? Number.NaN))]);
  };
  const medians = contenders.map(({ name }) => [name, Object.fromEntries(figuresOf(name))]);
  return { machine: describeMachine(), rounds: countRounds(blocks), medians: Object.fromEntries(medians) };
}

/** The table, and a line for each item of the budget. */
export function reportText({ machine, rounds, medians }, failed) {
  const names = Object.keys(medians);
  const head = ["", ...names.flatMap((name, index) => (index ? [name, "×"] : [name]))];
  const rows = ROWS.map((row) => [row.title, ...names.flatMap((name) => cells(row, name, medians))]);
  const failures = Object.entries(failed).map(([name, why]) => `not measured: ${name}: ${why}`);
  return [
    `${machine}; medians of ${rounds} interleaved rounds; × is the ratio to direct`,
    "",
    ...table([head, ...rows]),
    "",
    "preloop against its budget",
    ...table(budgetLines(medians)),
    ...failures,
  ].join("\n");
}

/** A table for each place where peers stand: figures only, since a direct connection is not to be had at each. */
export function peersText(places) {
  const tables = places.map(({ title, medians, failed }) => {
    const names = Object.keys(medians);
    const measured = ROWS.filter(({ key }) => names.some((name) => medians[name][key] !== undefined));
    const rows = measured.map(({ key, title: row, unit }) => [
      row,
      ...names.map((name) => amount(medians[name][key], unit)),
    ]);
    const failures = Object.entries(failed).map(([name, why]) => `not measured: ${name}: ${why}`);
    return [title, ...table([["", ...names], ...rows]), ...failures].join("\n");
  });
  return [describeMachine(), ...tables].join("\n\n");
}

function cells({ key, unit, isMiddle }, name, medians) {
  const value = medians[name][key];
  if (isMiddle) return name === "direct" ? ["–"] : [amount(value, unit), ""];
  if (name === "direct") return [amount(value, unit)];
  return [amount(value, unit), ratio(value / medians.direct[key])];
}

function amount(value, unit) {
  if (value === undefined || Number.isNaN(value)) return "–";
  return `${Math.round(value).toLocaleString("en")} ${unit}`.trimEnd();
}

const ratio = (value) => (Number.isNaN(value) ? "–" : value.toFixed(2));

// The first column is words, the others are figures.
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]));
  return rows.map((row) => row.map(pad).join("  ").trimEnd());
}

function countRounds(blocks) {
  return blocks.filter((block) => block.contender === "direct" && "smallP50" in block.figures).length;
}

function describeMachine() {
  const cpus = os.cpus();
  const load = loadBefore.toFixed(1);
  const caution =
    loadBefore > cpus.length / 2 ? " (busy with other things: trust ratios more than figures)" : "";
  return `Node ${process.version}, ${cpus.length} × ${cpus[0]?.model.trim()}, load ${load}${caution}`;
}
