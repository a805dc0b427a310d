import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { makePlace, type Place } from "../e2e/support/place.ts";
import { type Attack, attacksOn, KINDS, type Kind, targetsAt } from "./corpus.ts";
import { FACES, type Face } from "./faces.ts";

/** `npm run test:attack` tries every frame at a server of each kind; CI tries them at the one that forgives most. */
const DECODERS = process.env.PRELOOP_ATTACK === "whole" ? ["go", "python", "js"] : ["go"];
const AT_ONCE = 32;

/** What a server wrote down of a request that reached it. */
interface Understood {
  readonly method: string;
  /** The members of its params. */
  readonly members: readonly string[];
  /** What it is after, by the server's own decoder. */
  readonly target: readonly unknown[];
  readonly line: string;
}

/** The members that the protocol has for each method; what else a client writes must not arrive. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  "tools/call": ["name", "arguments", "_meta"],
  "prompts/get": ["name", "arguments", "_meta"],
  "resources/read": ["uri", "_meta"],
  "resources/subscribe": ["uri", "_meta"],
  "resources/unsubscribe": ["uri", "_meta"],
  "completion/complete": ["ref", "argument", "context", "_meta"],
  "logging/setLevel": ["level", "_meta"],
};

const serverPath = path.join(import.meta.dirname, "decoding-server.mjs");

function policyOf(servers: readonly string[]) {
  return {
    default: "deny",
    rules: servers.flatMap((server) => [
      {
        name: `${server}-tool`,
        tool: `${server}__good`,
        when: "args.path == 'good' && args['in'].to == 'good'",
        action: "allow",
      },
      {
        name: `${server}-prompt`,
        method: ["prompts/get"],
        tool: `${server}__good`,
        when: "args.arguments.topic == 'good'",
        action: "allow",
      },
      {
        name: `${server}-completion`,
        method: "completion/complete",
        tool: `${server}__good`,
        when: "args.argument.value == 'good'",
        action: "allow",
      },
      { name: `${server}-resource`, method: "resources/*", uri: `${server}:good`, action: "allow" },
      { name: `${server}-custom`, method: `custom-${server}/*`, when: "args.cmd == 'good'", action: "allow" },
      {
        name: `${server}-level`,
        method: "logging/setLevel",
        tool: `${server}__*`,
        when: "args.level == 'info'",
        action: "allow",
      },
    ]),
  };
}

function placeFor(): Promise<Place> {
  const servers = (folder: string) =>
    Object.fromEntries(
      DECODERS.map((name) => [
        name,
        {
          command: process.execPath,
          args: [serverPath, name, name, path.join(folder, `${name}.log`)],
          methods: [`custom-${name}/*`],
        },
      ]),
    );
  return makePlace({ servers, policy: policyOf(DECODERS) });
}

const logOf = ({ folder }: Place, server: string) => path.join(folder, `${server}.log`);

function takeLog(place: Place, server: string): Understood[] {
  const file = logOf(place, server);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  writeFileSync(file, "");
  return lines.map((line) => JSON.parse(line) as Understood);
}

/** What is wrong with a request that reached its server, if anything. */
function faultOf({ method, members, target, line }: Understood): string | undefined {
  if (JSON.stringify(target).includes("evil"))
    return `the server understood ${JSON.stringify(target)}: ${line}`;
  const strangers = MEMBERS[method] ? members.filter((member) => !MEMBERS[method]!.includes(member)) : [];
  return strangers.length > 0 ? `${strangers.join(", ")} reached the server: ${line}` : undefined;
}

interface Row {
  readonly face: string;
  readonly method: string;
  readonly kind: Kind;
  readonly tried: number;
  readonly open: readonly string[];
}

const rows: Row[] = [];

/** Sends frames of one kind, and looks at what reached the server. */
async function tryAll(face: Face, place: Place, server: string, attacks: readonly Attack[]): Promise<Row> {
  const { method, kind } = attacks[0]!;
  for (let at = 0; at < attacks.length; at += AT_ONCE)
    await Promise.all(
      attacks.slice(at, at + AT_ONCE).map((attack) => face.ask(attack.method, attack.params)),
    );
  const open = takeLog(place, server).flatMap((understood) => faultOf(understood) ?? []);
  return { face: face.name, method, kind, tried: attacks.length, open };
}

describe.for(FACES.map((open) => [open.name.replace("open", ""), open] as const))(
  "what reaches a server over %s",
  ([, openFace]) => {
    test("S-96: is what was judged, however a frame says it", { timeout: 600_000 }, async ({
      onTestFinished,
    }) => {
      const place = await placeFor();
      onTestFinished(() => place.remove());
      const face = await openFace(place);
      onTestFinished(async () => void (await face.close()));
      const isModern = face.name.endsWith("modern");
      for (const server of DECODERS)
        for (const target of targetsAt(server)) {
          // What passes, passes: a gate that is shut to all would not be one.
          const params = `{${Object.entries(target.params).map(([key, raw]) => `"${key}":${raw}`)}}`;
          const { kind, text } = await face.ask(target.method, params);
          const isGone = isModern && /^(resources\/(un)?subscribe|logging)/.test(target.method);
          expect(kind, `${face.name} ${target.method}: ${text}`).toBe(isGone ? "error" : "result");
          expect(takeLog(place, server).length).toBe(isGone ? 0 : 1);
          const attacks = attacksOn(target);
          for (const one of KINDS) {
            const found = await tryAll(
              face,
              place,
              server,
              attacks.filter(({ kind }) => kind === one),
            );
            rows.push({ ...found, method: target.method.replace(`custom-${server}`, "custom") });
          }
        }
      expect(rows.filter((row) => row.face === face.name).flatMap(({ open }) => open)).toEqual([]);
    });
  },
);

afterAll(() => {
  const faces = [...new Set(rows.map(({ face }) => face))];
  const methods = [...new Set(rows.map(({ method }) => method))];
  const cell = (method: string, kind: Kind, face: string) => {
    const found = rows.filter((row) => row.method === method && row.kind === kind && row.face === face);
    const [tried, open] = [
      found.reduce((sum, row) => sum + row.tried, 0),
      found.reduce((sum, row) => sum + row.open.length, 0),
    ];
    return (open === 0 ? `${tried} held` : `${open} OPEN of ${tried}`).padStart(16);
  };
  const lines = methods.flatMap((method) =>
    KINDS.map(
      (kind) =>
        `${method.padEnd(24)}${kind.padEnd(10)}${faces.map((face) => cell(method, kind, face)).join("")}`,
    ),
  );
  const head = `${"".padEnd(34)}${faces.map((face) => face.padStart(16)).join("")}`;
  const tried = rows.reduce((sum, row) => sum + row.tried, 0);
  const open = rows.filter((row) => row.open.length > 0).length;
  const foot = `${tried} frames, decoded as by ${DECODERS.join(", ")}: ${open} open rows`;
  process.stdout.write(`\n${[head, ...lines, foot].join("\n")}\n`);
});
