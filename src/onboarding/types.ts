/** A path inside a config value. */
export type KeyPath = readonly (string | number)[];

/** What the room must know of the machine; nothing here reads the environment itself. */
export interface MachineInfo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly userHome: string;
  readonly platform: NodeJS.Platform;
}

/** One server in the words of preloop's own config. */
export interface ServerDraft {
  readonly type?: "http" | "sse";
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly disabled?: boolean;
  readonly timeoutMs?: number;
  readonly tools?: { readonly allow?: readonly string[]; readonly deny?: readonly string[] };
}

/** What one entry of a client's config turned out to be. */
export type EntryReading =
  | { readonly kind: "preloop" }
  /** `dropped` are the keys that are left behind. */
  | { readonly kind: "server"; readonly server: ServerDraft; readonly dropped: readonly string[] }
  /** Not moved, and why. */
  | { readonly kind: "stays"; readonly reason: string };

export interface FoundServer {
  readonly name: string;
  /** As the client's file has it. */
  readonly raw: unknown;
  readonly reading: EntryReading;
}

/** One map of servers in one file: the file's only one, or one of several projects in `~/.claude.json`. */
export interface ServerMap {
  readonly at: readonly string[];
  /** The project it belongs to, for a map that is used there only. */
  readonly project?: string;
  readonly servers: readonly FoundServer[];
}

/** A client's config file with its servers. */
export interface FoundFile {
  readonly client: ClientSpec;
  /** As it is named; it may be a link. */
  readonly path: string;
  readonly scope: "user" | "project";
  readonly bytes: Buffer;
  readonly value: unknown;
  readonly serverMaps: readonly ServerMap[];
}

/** A file of a client that is there and cannot be read. */
export interface BrokenFile {
  readonly client: ClientSpec;
  readonly path: string;
  readonly reason: string;
}

/** How preloop is started by a client. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Names of variables that the config reads, for clients that pass on only what they are told to. */
  readonly passes: readonly string[];
  /** How long the client must be willing to wait. */
  readonly waitMs: number;
}

/** How long a client waits for a tool, where its config says so. */
export interface TimeoutKey {
  readonly key: string;
  readonly unitMs: number;
  readonly defaultMs: number;
  /** The name it gives itself. */
  readonly clientName: string;
  /** preloop must be told that it waits longer now. */
  readonly raises?: true;
  /** Word of progress starts its clock anew. */
  readonly progressExtends?: true;
}

/** One MCP client: where its configs lie and how they are written. */
export interface ClientSpec {
  readonly id: string;
  readonly title: string;
  readonly format: "json" | "toml";
  /** The key that holds the servers. */
  readonly key: string;
  files(machine: MachineInfo): readonly { readonly path: string; readonly scope: "user" | "project" }[];
  /** Where the servers stand in this very file, where that is not at `key`. */
  at?(value: unknown): readonly string[];
  /** Maps besides that one. */
  moreMaps?(value: unknown): readonly { readonly at: readonly string[]; readonly project?: string }[];
  read(raw: Readonly<Record<string, unknown>>, reader: EntryReader): ServerDraft;
  /** preloop in the client's own shape, for the map that stands there. */
  entry(launch: Launch, at: readonly string[]): Readonly<Record<string, unknown>>;
  readonly timeout?: TimeoutKey;
  /** Lists of the servers that may be used at all; where there is one, preloop must be on it. */
  readonly lists?: readonly (readonly string[])[];
}

/** Reads the texts of one entry in the client's language of variables, and collects what stands in the way. */
export interface EntryReader {
  readonly name: string;
  /** The whole file, for settings that stand elsewhere in it. */
  readonly file: unknown;
  text(value: unknown): string | undefined;
  texts(value: unknown): readonly string[] | undefined;
  record(value: unknown): Readonly<Record<string, string>> | undefined;
  /** `${NAME}` of preloop's own. */
  variable(name: string): string;
  /** The entry cannot be moved. */
  block(reason: string): void;
}
