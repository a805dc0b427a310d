import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { makePlace, type Place } from "../e2e/support/place.ts";
import { type Attack, attacksOn, KINDS, type Kind, type Target, targetsAt } from "./corpus.ts";
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

/** Two ways to say the same: what is good is named and all else is refused, or what is evil is. */
const POLICIES = { "named good": goodAlone, "named evil": allButEvil } as const;
type PolicyName = keyof typeof POLICIES;

function goodAlone(server: string): readonly object[] {
  const [tool, prompt] = [`${server}__good`, `${server}__good`];
  const when = "args.path == 'good' && args.at.to == 'good'";
  return [
    { tool, when, action: "allow" },
    { method: "prompts/get", tool: prompt, when: "args.arguments.topic == 'good'", action: "allow" },
    { method: "completion/complete", tool: prompt, when: "args.argument.value == 'good'", action: "allow" },
    { method: "resources/*", uri: `${server}:good`, action: "allow" },
    { method: `custom-${server}/*`, when: "args.cmd == 'good'", action: "allow" },
    { method: "logging/setLevel", tool: `${server}__*`, when: "args.level == 'info'", action: "allow" },
  ];
}

function allButEvil(server: string): readonly object[] {
  const tool = `${server}__*`;
  const topic = "has(args.arguments) && has(args.arguments.topic) && args.arguments.topic == 'evil'";
  return [
    { tool: `${server}__evil`, action: "deny" },
    { method: "*", tool: `${server}__evil`, action: "deny" },
    { tool, when: "has(args.path) && args.path == 'evil'", action: "deny" },
    { tool, when: "has(args.at) && has(args.at.to) && args.at.to == 'evil'", action: "deny" },
    { method: "prompts/get", tool, when: topic, action: "deny" },
    { method: "completion/complete", tool, when: "args.argument.value == 'evil'", action: "deny" },
    { method: "resources/*", uri: `${server}:evil`, action: "deny" },
    { method: `custom-${server}/*`, when: "has(args.cmd) && args.cmd == 'evil'", action: "deny" },
    { method: "logging/setLevel", when: "args.level == 'evil'", action: "deny" },
  ];
}

function policyOf(name: PolicyName) {
  const rules = DECODERS.flatMap(POLICIES[name]).map((rule, at) => ({ name: `rule ${at}`, ...rule }));
  return { default: name === "named good" ? "deny" : "allow", rules };
}

// Nothing says of which type the params of a method are that the protocol does not have.
function isJudged({ method, kind }: Attack, policy: PolicyName): boolean {
  return policy === "named good" || kind !== "typed" || !method.startsWith("custom");
}

function placeFor(policy: PolicyName): Promise<Place> {
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
  // Whoever is asked about does not answer here: what waits has not reached the server.
  return makePlace({ servers, policy: policyOf(policy), approvals: { patience: { "*": "100ms" } } });
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
  readonly policy: PolicyName;
  readonly face: string;
  readonly method: string;
  readonly kind: Kind;
  readonly tried: number;
  readonly open: readonly string[];
}

const rows: Row[] = [];

/** Sends frames of one kind, and looks at what reached the server. */
async function tryAll(face: Face, place: Place, attacks: readonly Attack[]) {
  for (let at = 0; at < attacks.length; at += AT_ONCE)
    await Promise.all(
      attacks.slice(at, at + AT_ONCE).map((attack) => face.ask(attack.method, attack.params)),
    );
  // A log level is for every server.
  const reached = DECODERS.flatMap((server) => takeLog(place, server));
  const open = reached.flatMap((understood) => faultOf(understood) ?? []);
  return { face: face.name, tried: attacks.length, open };
}

const CASES = FACES.flatMap((open) =>
  (Object.keys(POLICIES) as PolicyName[]).map(
    (policy) => [open.name.replace("open", ""), policy, open] as const,
  ),
);

test.for(CASES)(
  "S-96: what reaches a server over %s, with rules that %s, is what was judged",
  { timeout: 600_000 },
  async ([, policy, openFace], { onTestFinished }) => {
    const place = await placeFor(policy);
    onTestFinished(() => place.remove());
    const face = await openFace(place);
    onTestFinished(async () => void (await face.close()));
    for (const server of DECODERS)
      for (const target of targetsAt(server)) {
        await expectPassing(face, place, server, target);
        const attacks = attacksOn(target).filter((attack) => isJudged(attack, policy));
        const method = target.method.replace(`custom-${server}`, "custom");
        for (const kind of KINDS) {
          const tried = await tryAll(
            face,
            place,
            attacks.filter((attack) => attack.kind === kind),
          );
          rows.push({ policy, method, kind, ...tried });
        }
      }
    const mine = rows.filter((row) => row.face === face.name && row.policy === policy);
    expect(mine.flatMap(({ open }) => open)).toEqual([]);
  },
);

// What passes, passes: a gate that is shut to all would not be one.
async function expectPassing(face: Face, place: Place, server: string, target: Target): Promise<void> {
  takeLog(place, server);
  const params = `{${Object.entries(target.params).map(([key, raw]) => `"${key}":${raw}`)}}`;
  const { kind, text } = await face.ask(target.method, params);
  const isGone = face.name.endsWith("modern") && /^(resources\/(un)?subscribe|logging)/.test(target.method);
  expect(kind, `${face.name} ${target.method}: ${text}`).toBe(isGone ? "error" : "result");
  expect(takeLog(place, server).length).toBe(isGone ? 0 : 1);
}

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
