const ITEMS = [
  {
    title: "CPU per allowed call, one by one",
    limit: 80,
    unit: "µs",
    of: ({ preloop }) => preloop.cpuMicros,
  },
  {
    title: "CPU per allowed call, 50 in flight",
    limit: 80,
    unit: "µs",
    of: ({ preloop }) => preloop.cpuMicrosInFlight,
  },
  {
    title: "p50 added to a call, as a multiple of what a byte pipe adds",
    limit: 2,
    unit: "×",
    of: ({ direct, pipe, preloop }) =>
      (preloop.smallP50 - direct.smallP50) / (pipe.smallP50 - direct.smallP50),
  },
  {
    title: "throughput at 50 in flight, as a share of direct",
    limit: 0.4,
    isFloor: true,
    unit: "×",
    of: ({ direct, preloop }) => preloop.callsPerSecond / direct.callsPerSecond,
  },
  {
    title: "start to initialize, beyond direct",
    limit: 200,
    unit: "ms",
    of: ({ direct, preloop }) => preloop.initializeMs - direct.initializeMs,
  },
  { title: "memory after 10,000 calls", limit: 80, unit: "MB", of: ({ preloop }) => preloop.residentMb },
];

/**
 * For each item of the budget: what it is, within or over, the figure, the limit, by how much, and what a bare router
 * has in the same run: less than that nobody can have who reads what it passes on.
 */
export function budgetLines(medians) {
  return ITEMS.map(({ title, limit, unit, isFloor, of }) => {
    const value = of(medians);
    if (!Number.isFinite(value)) return [title, "not measured", "", "", "", ""];
    const room = isFloor ? value - limit : limit - value;
    const digits = unit === "×" ? 2 : 0;
    const amount = (number) => `${number.toFixed(digits)} ${unit}`;
    const verdict = room >= 0 ? "within" : "over";
    const bare = of({ ...medians, preloop: medians.router });
    return [
      title,
      verdict,
      amount(value),
      `of ${amount(limit)}`,
      `by ${amount(Math.abs(room))}`,
      Number.isFinite(bare) ? `a bare router: ${amount(bare)}` : "",
    ];
  });
}
