import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { type Contract, createContract } from "./contract.ts";

/** The vendors' own API descriptions, by dialect. */
export type Dialect = "github" | "github-enterprise" | "gitlab" | "jira-cloud" | "jira-datacenter";

const NPM: Partial<Record<Dialect, string>> = {
  github: "api.github.com.json",
  "github-enterprise": "ghes-3.19.json",
};

const FOLDER: Partial<Record<Dialect, string>> = {
  gitlab: "gitlab-v4.json",
  "jira-cloud": "jira-cloud-v3.json",
  "jira-datacenter": "jira-datacenter-v2.json",
};

const loaded = new Map<Dialect, Contract | undefined>();

/**
 * The description of one dialect: GitHub's from npm; the others from the folder PRELOOP_CONTRACTS names, or from
 * `contracts` in a sibling folder. Undefined where there is none: a test that needs it is skipped and says so.
 */
export function loadContract(dialect: Dialect): Contract | undefined {
  if (!loaded.has(dialect)) {
    const file = fileOf(dialect);
    loaded.set(dialect, file ? createContract(dialect, JSON.parse(readFileSync(file, "utf8"))) : undefined);
  }
  return loaded.get(dialect);
}

function fileOf(dialect: Dialect): string | undefined {
  const generated = NPM[dialect];
  if (generated) {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve("@octokit/openapi/package.json");
    return path.join(path.dirname(manifest), "generated", generated);
  }
  const folder =
    process.env.PRELOOP_CONTRACTS ?? path.join(import.meta.dirname, "../../../../shared/contracts");
  const file = path.join(folder, FOLDER[dialect]!);
  return existsSync(file) ? file : undefined;
}
