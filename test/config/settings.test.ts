import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { isPreloopError } from "#base";
import { localUserOf, osUserOf, readConfigSnapshot, readSettings, trustFile } from "#config";
import { createPlace } from "./support.ts";

const CONFIG = ".config/preloop/preloop.config.json";
const MAKE_PIPE = "mkfifo";

test("an empty environment stands for every default", () => {
  const place = createPlace();
  expect(place.settings()).toEqual({
    environment: "development",
    logLevel: "INFO",
    home: place.home,
    source: { kind: "none" },
    osUser: "ana",
    cwd: place.project,
    env: {},
    processEnv: {},
    notes: [],
  });
});

test("every bad value is told at once, and none of them is quoted where it may hold a password", () => {
  const place = createPlace();
  const env = { DATABASE_URL: "mysql://root:hunter2@x/y", ENVIRONMENT: "staging", LOG_LEVEL: "WARNIN" };
  expect(() => place.settings({ env })).toThrowErrorMatchingInlineSnapshot(`
    [PreloopError: ENVIRONMENT is "staging"; it is development or production
    LOG_LEVEL is "WARNIN"; it is one of DEBUG, INFO, WARNING, ERROR; did you mean "WARNING"?
    DATABASE_URL is no PostgreSQL address; write one like postgresql://user:password@host:5432/preloop]
  `);
});

test.for([
  [
    "postgresql+psycopg://postgres:postgres@localhost/preloop",
    "postgresql://postgres:postgres@localhost/preloop",
  ],
  ["postgres://u@h:5432/d?sslmode=require", "postgresql://u@h:5432/d?sslmode=require"],
  ["postgresql://u@h/d", "postgresql://u@h/d"],
] as const)("DATABASE_URL %s is read as %s", ([given, read]) => {
  expect(createPlace().settings({ env: { DATABASE_URL: given } }).databaseUrl).toBe(read);
});

test("variables that are set to nothing count as not set", () => {
  const env = {
    DATABASE_URL: "",
    SECRET_KEY: "",
    ENVIRONMENT: "",
    LOG_LEVEL: "",
    PRELOOP_HOME: "",
    PRELOOP_CONFIG: "",
    XDG_DATA_HOME: "",
  };
  const place = createPlace();
  const { env: _, ...settings } = place.settings({ env });
  expect(settings).toMatchObject({
    environment: "development",
    logLevel: "INFO",
    home: place.home,
    source: { kind: "none" },
  });
  expect(settings).not.toHaveProperty("databaseUrl");
  expect(settings).not.toHaveProperty("secretKey");
});

test("PRELOOP_HOME comes first, then XDG_DATA_HOME, which must be absolute", () => {
  const place = createPlace();
  expect(place.settings({ env: { PRELOOP_HOME: "/h", XDG_DATA_HOME: "/x" } }).home).toBe("/h");
  expect(place.settings({ env: { PRELOOP_HOME: "sub" } }).home).toBe(`${place.project}/sub`);
  expect(place.settings({ env: { XDG_DATA_HOME: "/x" } }).home).toBe("/x/preloop");
  expect(place.settings({ env: { XDG_DATA_HOME: "x" } }).home).toBe(place.home);
});

test("the first config found wins: the flag, PRELOOP_CONFIG, the user's, the project's", () => {
  const place = createPlace();
  const project = place.write("project", "preloop.config.json", "{}");
  expect(place.settings().source).toEqual({ kind: "untrusted", path: project, changed: false });
  const user = place.write("userHome", CONFIG, "{}");
  expect(place.settings().source).toEqual({ kind: "user", path: user });
  expect(place.settings({ env: { XDG_CONFIG_HOME: "/nowhere" } }).source).toMatchObject({
    kind: "untrusted",
  });
  const env = { PRELOOP_CONFIG: "other.json" };
  expect(place.settings({ env }).source).toEqual({
    kind: "named",
    path: `${place.project}/other.json`,
    by: "PRELOOP_CONFIG",
  });
  expect(place.settings({ env, flag: "/flag.json" }).source).toEqual({
    kind: "named",
    path: "/flag.json",
    by: "--config",
  });
});

test("an .env beside the config is read, below the real environment", () => {
  const place = createPlace();
  place.write("userHome", CONFIG, "{}");
  place.write(
    "userHome",
    ".config/preloop/.env",
    "LOG_LEVEL=DEBUG\nSECRET_KEY='from the file'\nTOKEN=t # mine\n",
  );
  const settings = place.settings({ env: { SECRET_KEY: "from the environment" } });
  expect(settings).toMatchObject({ logLevel: "DEBUG", secretKey: "from the environment" });
  expect(settings.env.TOKEN).toBe("t");
});

test("an .env cannot move the home or name another config", () => {
  const place = createPlace();
  place.write("userHome", CONFIG, "{}");
  const file = place.write(
    "userHome",
    ".config/preloop/.env",
    "PRELOOP_HOME=/evil\nPRELOOP_CONFIG=/evil.json\n",
  );
  const settings = place.settings();
  expect(settings.home).toBe(place.home);
  expect(settings.env).not.toHaveProperty("PRELOOP_HOME");
  expect(settings.notes).toEqual([
    `${file} sets PRELOOP_HOME, which only the environment can`,
    `${file} sets PRELOOP_CONFIG, which only the environment can`,
  ]);
});

test("the .env of an untrusted project is not read, nor that of a project without config", () => {
  const place = createPlace();
  place.write("project", ".env", "DATABASE_URL=postgresql://evil/x\nSECRET_KEY=known to the agent\n");
  expect(place.settings()).not.toHaveProperty("databaseUrl");
  const file = place.write("project", "preloop.config.json", "{}");
  expect(place.settings()).not.toHaveProperty("secretKey");
  trustFile({ home: place.home }, file);
  expect(place.settings()).toMatchObject({
    secretKey: "known to the agent",
    databaseUrl: "postgresql://evil/x",
  });
});

test("an .env that changes after the yes takes the trust away", () => {
  const place = createPlace();
  const file = place.write("project", "preloop.config.json", "{}");
  place.write("project", ".env", "A=1\n");
  trustFile({ home: place.home }, file);
  expect(place.settings().source.kind).toBe("project");
  place.write("project", ".env", "DATABASE_URL=postgresql://evil/x\n");
  expect(place.settings().source).toEqual({ kind: "untrusted", path: file, changed: true });
  expect(place.settings()).not.toHaveProperty("databaseUrl");
});

test.for([
  ["a pipe", (file: string) => execFileSync(MAKE_PIPE, [file])],
  ["a directory", (file: string) => mkdirSync(file)],
] as const)("S-76 %s in place of an .env is not the same as none, and holds up nobody", ([, make]) => {
  const place = createPlace();
  const file = place.write("project", "preloop.config.json", "{}");
  trustFile({ home: place.home }, file);
  make(path.join(place.project, ".env"));
  expect(place.settings().source).toEqual({ kind: "untrusted", path: file, changed: true });
  expect(() => trustFile({ home: place.home }, file)).toThrow("it is no plain file");
});

test("S-76 a yes holds for the folder that was looked at, wherever a link to it points later", () => {
  const place = createPlace();
  const [good, evil] = ["good", "evil"].map((name) =>
    place.write("project", `${name}/preloop.config.json`, "{}"),
  );
  const link = path.join(place.project, "link");
  symlinkSync(path.dirname(good!), link);
  const seen = readConfigSnapshot(path.join(link, "preloop.config.json"));
  rmSync(link);
  symlinkSync(path.dirname(evil!), link);
  trustFile({ home: place.home }, path.join(link, "preloop.config.json"), seen);
  const kindIn = (file: string) => place.settings({ cwd: path.dirname(file) }).source.kind;
  expect([kindIn(good!), kindIn(evil!)]).toEqual(["project", "untrusted"]);
});

test("S-77 the local user is who the system says, and no variable has a say", () => {
  const unnamed = () => {
    throw new Error("ENOENT: no such file or directory, uv_os_get_passwd");
  };
  expect(osUserOf({ userInfo: unnamed, uid: 12345 })).toBe("uid-12345");
  expect(osUserOf({ userInfo: () => ({ username: "" }), uid: 12345 })).toBe("uid-12345");
  expect(osUserOf({ userInfo: unnamed, uid: undefined })).toBe("uid-unknown");
  const env = { USER: "bo", LOGNAME: "bo", USERNAME: "bo", LNAME: "bo", SUDO_USER: "bo" };
  const { osUser } = readSettings({ env, cwd: createPlace().project, userHome: "/nowhere" });
  expect(localUserOf({ osUser })).toBe(`local:${osUserOf()}`);
  expect(osUser).not.toBe("bo");
});

test("a short SECRET_KEY is a note in development and an error in production", () => {
  const env = { SECRET_KEY: "your-secret-key" };
  expect(createPlace().settings({ env }).notes).toEqual([
    "SECRET_KEY is shorter than 32 bytes; it is accepted because ENVIRONMENT is not production",
  ]);
  const refused = () => createPlace().settings({ env: { ...env, ENVIRONMENT: "production" } });
  expect(refused).toThrow("SECRET_KEY must have at least 32 bytes when ENVIRONMENT is production");
  expect(() => refused()).toSatisfy((run: () => void) => {
    try {
      run();
    } catch (error) {
      return isPreloopError(error, "config_invalid");
    }
    return false;
  });
});

test.for([
  ["CLAUDECODE", "1"],
  ["CLAUDE_CODE_ENTRYPOINT", "cli"],
  ["CODEX_SANDBOX", "seatbelt"],
  ["CODEX_SANDBOX_NETWORK_DISABLED", "1"],
  ["GEMINI_CLI", "1"],
  ["CURSOR_AGENT", "1"],
  ["OPENCODE", "1"],
  ["COPILOT_CLI", "1"],
  ["GOOSE_TERMINAL", "1"],
  ["AGENT", "amp"],
  ["AI_AGENT", "copilot"],
] as const)("S-47 %s=%s marks an agent's own shell", ([name, value]) => {
  expect(createPlace().settings({ env: { [name]: value } }).agentMarker).toBe(name);
});

test("what stands in people's own terminals marks no agent", () => {
  const env = {
    CURSOR_TRACE_ID: "x",
    TERM_PROGRAM: "vscode",
    SSH_AGENT_PID: "5",
    ANTHROPIC_API_KEY: "k",
    CLAUDECODE: "",
    AGENT: "0",
  };
  expect(createPlace().settings({ env })).not.toHaveProperty("agentMarker");
});

test("an .env cannot hide an agent's marker", () => {
  const place = createPlace();
  place.write("userHome", CONFIG, "{}");
  place.write("userHome", ".config/preloop/.env", "CLAUDECODE=\n");
  expect(place.settings({ env: { CLAUDECODE: "1" } }).agentMarker).toBe("CLAUDECODE");
});
