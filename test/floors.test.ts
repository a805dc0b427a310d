import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/** The floors of the house, ground first. A room enters rooms on lower floors, by their door. */
const FLOORS = [
  ["base", "regex"], // the ground itself: nouns and wire frames stand on it
  ["model", "protocol", "schema"],
  ["config", "store"],
  ["policy", "approvals", "pins", "upstreams", "audit", "auth", "trackers", "search", "llm"],
  ["sync", "compliance", "duplicates"],
  ["gateway", "onboarding", "issues"],
  ["console", "tui"],
  ["cli"],
];

/** A library has a home; the value names the rooms that may import it. */
const HOMES: Record<string, readonly string[]> = {
  "@prisma/client": ["store"],
  "@prisma/adapter-pg": ["store"],
  "@electric-sql/pglite": ["store"],
  "@electric-sql/pglite-pgvector": ["store"],
  pg: ["store"],
  "@modelcontextprotocol/client": ["auth", "upstreams"],
  "eventsource-parser": ["upstreams"],
  "@marcbachmann/cel-js": ["policy"],
  ajv: ["llm"],
  ink: ["tui"],
  react: ["tui"],
  commander: ["cli"],
  octokit: ["trackers"],
  "jira.js": ["trackers"],
  "@gitbeaker/rest": ["trackers"],
  "@gitbeaker/requester-utils": ["trackers"],
  ollama: ["llm"],
  hono: ["console"],
  "@hono/node-server": ["console"],
  "jsonc-parser": ["config", "onboarding"],
  "smol-toml": ["onboarding"],
};

const src = path.join(import.meta.dirname, "../src");
const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room));

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file) && !file.includes("generated"))
  .map((file) => ({
    file,
    room: file.split(path.sep)[0]!,
    text: readFileSync(path.join(src, file), "utf8"),
  }));

const importsOf = (text: string) =>
  [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^"'`;]*?from\s+"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g,
    ),
  ].map((match) => (match[1] ?? match[2] ?? match[3])!);

test("every room stands on a floor", () => {
  expect([...new Set(files.map(({ room }) => room))].filter((room) => floorOf(room) < 0)).toEqual([]);
});

test("a room enters lower floors only, and only by the door", () => {
  const trespasses = files.flatMap(({ file, room, text }) =>
    importsOf(text).flatMap((target) => {
      if (target.startsWith("#")) {
        const other = target.slice(1);
        return floorOf(other) >= 0 && floorOf(other) < floorOf(room) ? [] : [`${file} enters ${target}`];
      }
      // The manifest is nobody's room: it says which version this is.
      if (!target.startsWith(".") || target.endsWith("/package.json")) return [];
      const inside = path.relative(path.join(src, room), path.resolve(src, path.dirname(file), target));
      return inside.startsWith("..") ? [`${file} climbs into ${target}`] : [];
    }),
  );
  expect(trespasses).toEqual([]);
});

test("a library is imported in its home only", () => {
  const strays = files.flatMap(({ file, room, text }) =>
    importsOf(text).flatMap((target) => {
      const name = target
        .split("/")
        .slice(0, target.startsWith("@") ? 2 : 1)
        .join("/");
      const homes = HOMES[name];
      return homes && !homes.includes(room) ? [`${file} imports ${name}`] : [];
    }),
  );
  expect(strays).toEqual([]);
});

test("environment variables are read in config, and passed on from the entry points", () => {
  const readers = files.filter(
    ({ file, text }) => /process\.env\b/.test(text) && !/^(config|cli)\//.test(file),
  );
  expect(readers.map(({ file }) => file)).toEqual(
    ["store/embedded/daemon.ts"].filter((file) => readers.some((r) => r.file === file)),
  );
});
