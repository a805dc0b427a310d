/** A place in a frame's params, from the outside in. */
type Place = readonly string[];

/** A request that policy lets pass, and what would make another one of it. */
export interface Target {
  readonly method: string;
  /** The members of its params, as they pass; values are JSON text. */
  readonly params: Readonly<Record<string, string>>;
  /** The members whose value says what is asked for, and the value that must never arrive. */
  readonly aims: readonly { readonly place: Place; readonly good: string; readonly evil: string }[];
}

/** One frame's params that must not make a server do what was never judged. */
export interface Attack {
  readonly method: string;
  /** `doubled`, `folded`, `nested`, `renamed`, `typed`, `beside`. */
  readonly kind: Kind;
  readonly params: string;
}

export const KINDS = ["doubled", "folded", "nested", "renamed", "typed", "beside"] as const;
export type Kind = (typeof KINDS)[number];

/** What each method may be asked for at a server, under its names as a client sees them. */
export function targetsAt(server: string): readonly Target[] {
  const uri = { place: ["uri"], good: `${server}:good`, evil: `${server}:evil` };
  const about = (method: string): Target => ({ method, params: { uri: text(uri.good) }, aims: [uri] });
  return [
    {
      method: "tools/call",
      params: { name: text(`${server}__good`), arguments: '{"path":"good","at":{"to":"good"}}' },
      aims: [
        { place: ["name"], good: `${server}__good`, evil: "evil" },
        { place: ["arguments", "path"], good: "good", evil: "evil" },
        { place: ["arguments", "at", "to"], good: "good", evil: "evil" },
      ],
    },
    {
      method: "prompts/get",
      params: { name: text(`${server}__good`), arguments: '{"topic":"good"}' },
      aims: [
        { place: ["name"], good: `${server}__good`, evil: "evil" },
        { place: ["arguments", "topic"], good: "good", evil: "evil" },
      ],
    },
    about("resources/read"),
    about("resources/subscribe"),
    about("resources/unsubscribe"),
    {
      method: "completion/complete",
      params: {
        ref: `{"type":"ref/prompt","name":"${server}__good"}`,
        argument: '{"name":"topic","value":"good"}',
      },
      aims: [
        { place: ["ref", "name"], good: `${server}__good`, evil: "evil" },
        { place: ["argument", "value"], good: "good", evil: "evil" },
      ],
    },
    {
      method: "logging/setLevel",
      params: { level: '"info"' },
      aims: [{ place: ["level"], good: "info", evil: "evil" }],
    },
    {
      method: `custom-${server}/exec`,
      params: { cmd: '"good"' },
      aims: [{ place: ["cmd"], good: "good", evil: "evil" }],
    },
  ];
}

/** Every way to say the evil beside, instead of or around the good. */
export function attacksOn({ method, params, aims }: Target): readonly Attack[] {
  return aims.flatMap(({ place, good, evil }) =>
    KINDS.flatMap((kind) =>
      WAYS[kind]({ key: place.at(-1)!, good, evil }).map((change): Attack => {
        const made = place.length === 1 ? edit(params, change) : editInside(params, place, change);
        return { method, kind, params: made };
      }),
    ),
  );
}

interface Aim {
  readonly key: string;
  readonly good: string;
  readonly evil: string;
}

/** The pairs that stand where the aim's own pair stood. */
type Change = readonly (readonly [key: string, raw: string])[];

const WAYS: Readonly<Record<Kind, (aim: Aim) => readonly Change[]>> = {
  doubled: ({ key, good, evil }) => {
    const escaped = `\\u${key.charCodeAt(0).toString(16).padStart(4, "0")}${key.slice(1)}`;
    return [key, escaped].flatMap((other): Change[] => [
      [
        [key, text(good)],
        [other, text(evil)],
      ],
      [
        [other, text(evil)],
        [key, text(good)],
      ],
    ]);
  },
  folded: ({ key, good, evil }) =>
    foldsOf(key).flatMap((other): Change[] => [
      [
        [key, text(good)],
        [other, text(evil)],
      ],
      [
        [other, text(evil)],
        [key, text(good)],
      ],
      [[other, text(evil)]],
    ]),
  nested: ({ key, good, evil }) =>
    ["params", "arguments", "request", key].map(
      (wrapper): Change => [
        [key, text(good)],
        [`${wrapper} `, `{${text(key)}:${text(evil)},"params":{${text(key)}:${text(evil)}}}`],
      ],
    ),
  renamed: ({ key, good, evil }) =>
    [`${key} `, ` ${key}`, `_${key}`, `${key}s`, `${key}_`, `${key}[]`, `.${key}`, `${key}.0`].map(
      (other): Change => [
        [key, text(good)],
        [other, text(evil)],
      ],
    ),
  typed: ({ key, evil }) =>
    [
      `[${text(evil)}]`,
      `{"0":${text(evil)}}`,
      `[[${text(evil)}]]`,
      `{"value":${text(evil)}}`,
      `[${text(evil)},"good"]`,
    ].map((raw): Change => [[key, raw]]),
  beside: ({ key, good, evil }) => [
    [
      [key, text(good)],
      ["_meta", `{${text(key)}:${text(evil)},"confirm":true}`],
    ],
    [
      [key, text(good)],
      ["inputResponses", `{${text(key)}:${text(evil)}}`],
      ["requestState", text(evil)],
    ],
    [
      [key, text(good)],
      ["task", `{${text(key)}:${text(evil)}}`],
      ["dryRun", text(evil)],
    ],
  ],
};

/** Other spellings that some decoder takes for the key, as JSON source without its quotes. */
function foldsOf(key: string): readonly string[] {
  const marks = [
    key.toUpperCase(),
    `${key[0]!.toUpperCase()}${key.slice(1)}`,
    key.replaceAll("s", "\u017f"),
    key.replaceAll("k", "\u212a"),
    [...key].map((letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0)).join(""),
    `${key}\\u0000`,
    `${key}\\u0000x`,
    `${key[0]}\u200b${key.slice(1)}`,
    `${key[0]}\u00ad${key.slice(1).toUpperCase()}`,
  ];
  return [...new Set(marks)].filter((mark) => mark !== key);
}

function edit(params: Readonly<Record<string, string>>, change: Change): string {
  const names = new Set(change.map(([key]) => key));
  const own = Object.entries(params).filter(([key]) => !isReplaced(key, names, params));
  const pairs = [...own, ...change.filter(([key]) => key !== "_meta")];
  const meta = change.filter(([key]) => key === "_meta");
  return objectOf([...pairs, ...meta]);
}

// The aim's own member is the one that the change writes anew, or replaces by another spelling.
function isReplaced(
  key: string,
  names: ReadonlySet<string>,
  params: Readonly<Record<string, string>>,
): boolean {
  return names.has(key) || (Object.keys(params).length === 1 && names.size === 1);
}

function editInside(params: Readonly<Record<string, string>>, place: Place, change: Change): string {
  const [outer, ...inner] = place as readonly [string, ...string[]];
  return edit(params, [[outer, inside(JSON.parse(params[outer]!), inner, change)]]);
}

function inside(value: Readonly<Record<string, unknown>>, place: readonly string[], change: Change): string {
  const [key, ...deeper] = place as readonly [string, ...string[]];
  const others = Object.entries(value).filter(([name]) => name !== key);
  const kept = others.map(([name, item]) => [name, JSON.stringify(item)] as const);
  if (deeper.length === 0) return objectOf([...kept, ...change]);
  return objectOf([...kept, [key, inside(value[key] as Readonly<Record<string, unknown>>, deeper, change)]]);
}

function objectOf(pairs: readonly (readonly [string, string])[]): string {
  return `{${pairs.map(([key, raw]) => `"${key}":${raw}`).join(",")}}`;
}

function text(value: string): string {
  return JSON.stringify(value);
}
