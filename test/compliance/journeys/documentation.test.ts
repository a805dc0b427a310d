import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openMetrics } from "#compliance";
import { COMPLIANCE_CHECKS, parseConfig } from "#config";
import { metrics } from "../support/issues.ts";

const text = readFileSync(path.join(import.meta.dirname, "../../../docs/compliance.md"), "utf8");

test("the documentation has every check with its weight in every metric", () => {
  const rows = text.split("\n").flatMap((line) => {
    const [, names = "", , , ...weights] = line.split("|").map((cell) => cell.trim());
    const ids = [...names.matchAll(/`([a-z.-]+)`/g)].map(([, id]) => id!);
    return weights.length === 4
      ? ids.map((id) => [id, weights.slice(0, 3).map((cell) => cell.replace(" each", ""))] as const)
      : [];
  });
  const written = Object.fromEntries(rows);
  expect(Object.keys(written).sort()).toEqual([...COMPLIANCE_CHECKS].sort());
  for (const [at, metric] of metrics.all.entries())
    for (const check of COMPLIANCE_CHECKS) {
      const criterion = metric.criteria.find((one) => one.check === check);
      const weight = check === "hygiene.secrets" ? "decides" : String(criterion?.weight ?? "");
      expect(written[check]![at], `${check} in ${metric.name}`).toBe(weight);
    }
});

test("its example of a metric loads", () => {
  const [, example] = /```jsonc\n([\s\S]*?)```/.exec(text)!;
  const { config } = parseConfig(`{${example}}`, "c.json", {});
  expect(openMetrics(config.compliance).find("support").criteria).toHaveLength(4);
});
