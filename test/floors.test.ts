import path from "node:path";
import { expect, test } from "vitest";
import { readFolders } from "./counts/folders.ts";
import { importsOf } from "./counts/imports.ts";
import { doubledNames } from "./counts/names.ts";
import { readSources, type Source } from "./counts/source.ts";
import { readTests, strayTests } from "./counts/test-places.ts";

/** Rooms of one height, and the reason why rooms above may enter them and rooms below may not. */
interface Floor {
  readonly rooms: readonly string[];
  readonly why: string;
}

/** The floors of the house, ground first. A room enters rooms on lower floors, by their door. */
const FLOORS: readonly Floor[] = [
  {
    rooms: ["base", "regex"],
    why: "It is the ground: nouns and wire frames stand on it, so it knows of neither.",
  },
  {
    rooms: ["model", "protocol", "schema", "markup"],
    why: "Nouns, frames, shapes and texts are what all others speak of: they read no file, no row and no setting.",
  },
  {
    rooms: ["config", "store", "http"],
    why: "Settings, rows and ports are met in one place each: what uses them can change without them.",
  },
  {
    rooms: ["policy", "approvals", "pins", "upstreams", "audit", "logins", "trackers", "search", "llm"],
    why: "One skill each, that knows no other: it is understood and tried alone, and combined one floor above.",
  },
  {
    rooms: ["views"],
    why: "What a person may see of an approval is said once: above the skill that counts votes, below all that shows, sends or serves it.",
  },
  {
    rooms: ["sync", "compliance"],
    why: "Work on issues combines trackers, search and models, whoever asks for it: a tool, a command or a clock.",
  },
  {
    rooms: ["gateway", "onboarding", "issue-tools"],
    why: "Journeys put skills in their order: none is a step of another, and no skill knows in which it is used.",
  },
  {
    rooms: ["decision-page", "tui"],
    why: "Faces show and ask, and decide nothing: what is decided must be the same in all of them.",
  },
  {
    rooms: ["app"],
    why: "Services are put together in one place: whoever asks for one, a command or a request, gets the same.",
  },
  {
    rooms: ["cli"],
    why: "Commands read words and print words: nothing else may depend on how it was started.",
  },
];

/** The rooms that may import some libraries, and the reason why no other may. */
interface Home {
  readonly libraries: readonly string[];
  readonly rooms: readonly string[];
  readonly why: string;
}

/** A library has a home. One that is not listed, such as zod, is at home everywhere. */
const HOMES: readonly Home[] = [
  {
    libraries: [
      "@prisma/client",
      "@prisma/adapter-pg",
      "@electric-sql/pglite",
      "@electric-sql/pglite-pgvector",
      "pg",
      "pgvector",
    ],
    rooms: ["store"],
    why: "Others ask for rows: whether they are in PostgreSQL or in the embedded store is nobody else's business.",
  },
  {
    libraries: ["@modelcontextprotocol/client"],
    rooms: ["logins"],
    why: "Of the SDK we use how one logs in; frames are passed on as they came, and the SDK would rebuild them.",
  },
  {
    libraries: ["eventsource-parser"],
    rooms: ["upstreams"],
    why: "Only servers send us events; ours are written by hand.",
  },
  {
    libraries: ["@marcbachmann/cel-js"],
    rooms: ["policy"],
    why: "A condition is judged in one place, where its work is counted and its regular expressions are ours.",
  },
  {
    libraries: ["ajv"],
    rooms: ["llm"],
    why: "It makes code out of schemas, so it gets those alone that we wrote; for those of servers there is `schema`.",
  },
  {
    libraries: ["ollama"],
    rooms: ["llm"],
    why: "Which model answers is a matter of settings: others ask for an answer.",
  },
  {
    libraries: ["octokit", "jira.js", "@gitbeaker/rest", "@gitbeaker/requester-utils"],
    rooms: ["trackers"],
    why: "The port is the same for all trackers: what is peculiar to one of them stays behind it.",
  },
  {
    libraries: [
      "mdast",
      "mdast-util-from-markdown",
      "mdast-util-gfm",
      "mdast-util-to-markdown",
      "micromark-extension-gfm",
    ],
    rooms: ["markup"],
    why: "A text of a tracker becomes Markdown in one place, so that what is lost on the way is found there.",
  },
  {
    libraries: ["ink", "react"],
    rooms: ["tui"],
    why: "They are loaded when somebody looks: no server's start waits for them.",
  },
  {
    libraries: ["hono"],
    rooms: ["decision-page"],
    why: "The page is loaded when a person is first asked: no server's start waits for it.",
  },
  {
    libraries: ["@hono/node-server"],
    rooms: ["http"],
    why: "Ports are opened in one place, which loads the adapter when there are fetch handlers to serve.",
  },
  {
    libraries: ["commander"],
    rooms: ["cli"],
    why: "Only commands have arguments; everything below gets values.",
  },
  {
    libraries: ["execa"],
    rooms: ["cli", "tui"],
    why: "What a person's command starts is looked after by it: editors, browsers, preloop itself.",
  },
  {
    libraries: ["node:child_process"],
    rooms: ["upstreams", "store", "tui"],
    why: "By hand is started what a session's start must not wait longer for, or what must outlive us: servers, guards and the store's owner. All else is execa's.",
  },
  {
    libraries: ["jsonc-parser"],
    rooms: ["config", "onboarding"],
    why: "Only our config and those of clients are JSON that people write; other JSON is read strictly.",
  },
  {
    libraries: ["smol-toml"],
    rooms: ["onboarding"],
    why: "Only clients' configs are TOML.",
  },
];

/** The exported names that may stand in two rooms, and the reason why each means the same in both. */
const SHARED_NAMES: Readonly<Record<string, string>> = {};

/** A folder with more files than this hides the order in which they are read. */
const MOST_FILES = 30;

const src = path.join(import.meta.dirname, "../src");
const sources = readSources(src);
const floorOf = (room: string) => FLOORS.findIndex(({ rooms }) => rooms.includes(room));

test("every room stands on a floor", () => {
  expect([...new Set(sources.map(({ room }) => room))].filter((room) => floorOf(room) < 0)).toEqual([]);
});

test("a room enters lower floors only, and only by the door", () => {
  expect(
    sources.flatMap((source) => importsOf(source).flatMap((target) => trespass(source, target))),
  ).toEqual([]);
});

test("a library is imported in its home only", () => {
  expect(sources.flatMap((source) => importsOf(source).flatMap((target) => stray(source, target)))).toEqual(
    [],
  );
});

test("environment variables are read in config, and passed on from the entry points", () => {
  const readers = sources.filter(({ text }) => /process\.env\b/.test(text)).map(({ file }) => file);
  const allowed = /^(config|app|cli)\/|^store\/embedded\/daemon\.ts$/;
  expect(readers.filter((file) => !allowed.test(file))).toEqual([]);
});

test("an exported name stands in one room", () => {
  const doubled = doubledNames(sources);
  const allowed = Object.keys(SHARED_NAMES);
  const refused = doubled.filter(({ name }) => !allowed.includes(name));
  expect(refused.map(({ name, files }) => `${name} is exported by ${files.join(" and ")}`)).toEqual([]);
  const needless = allowed.filter((name) => !doubled.some((one) => one.name === name));
  expect(needless, "names that stand in one room are on no list").toEqual([]);
});

test(`a folder holds ${MOST_FILES} files at most`, () => {
  const crowded = readFolders(src).filter(({ files }) => files > MOST_FILES);
  expect(crowded.map(({ folder, files }) => `${folder} holds ${files} files`)).toEqual([]);
});

test("a test is found by its source's path, or tells a journey", () => {
  const files = sources.map(({ file }) => file);
  expect(strayTests(readTests(import.meta.dirname), files)).toEqual([]);
});

function trespass({ file, room }: Source, target: string): string[] {
  if (target.startsWith("#")) {
    const other = floorOf(target.slice(1));
    if (other >= 0 && other < floorOf(room)) return [];
    return [
      `${file} enters ${target}, which is not below it. ${FLOORS[other]?.why ?? "There is no such room."}`,
    ];
  }
  // The manifest is nobody's room: it says which version this is.
  if (!target.startsWith(".") || target.endsWith("/package.json")) return [];
  const reached = path.posix.join(path.posix.dirname(file), target);
  return reached.startsWith(`${room}/`)
    ? []
    : [`${file} climbs into ${target}: a room is entered by its door.`];
}

function stray({ file, room }: Source, target: string): string[] {
  const name = target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");
  const home = HOMES.find(({ libraries }) => libraries.includes(name));
  if (!home || home.rooms.includes(room)) return [];
  return [`${file} imports ${name}, which is at home in ${home.rooms.join(" and ")}. ${home.why}`];
}
