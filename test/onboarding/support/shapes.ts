import { z } from "zod";

/** What an entry of a local server may look like, and what ours must. */
export interface Shape {
  /** All the keys that the client's documentation names, and what may stand there; any other key is an error. */
  readonly documented: z.ZodType;
  /** What makes the entry start preloop, and the client wait for it. */
  readonly ours: z.ZodType;
}

const texts = z.array(z.string());
const record = z.record(z.string(), z.string());
const positive = z.number().int().positive();
const launch = { command: z.string().min(1), args: texts.optional(), env: record.optional() };

const started = { command: z.literal("preloop"), args: z.array(z.never()).optional() };
/** Longer than an approval may take: 15 minutes, if nothing else is configured. */
const LONG_MS = 960_000;

export const SHAPES: Readonly<Record<string, Shape>> = {
  // https://code.claude.com/docs/en/mcp
  "claude-code": {
    documented: z.strictObject({
      type: z.literal("stdio").optional(),
      ...launch,
      timeout: positive.min(1_000).optional(),
    }),
    ours: z.object(started),
  },
  // https://modelcontextprotocol.io/docs/develop/connect-local-servers
  "claude-desktop": { documented: z.strictObject(launch), ours: z.object(started) },
  // https://cursor.com/docs/context/mcp
  cursor: {
    documented: z.strictObject({ type: z.literal("stdio"), ...launch, envFile: z.string().optional() }),
    ours: z.object(started),
  },
  // https://code.visualstudio.com/docs/copilot/reference/mcp-configuration
  vscode: {
    documented: z.strictObject({
      type: z.literal("stdio"),
      ...launch,
      cwd: z.string().optional(),
      envFile: z.string().optional(),
      sandboxEnabled: z.boolean().optional(),
      sandbox: z.looseObject({}).optional(),
      dev: z.looseObject({}).optional(),
    }),
    ours: z.object(started),
  },
  // https://developers.openai.com/codex/mcp
  codex: {
    documented: z.strictObject({
      ...launch,
      env_vars: texts.optional(),
      cwd: z.string().optional(),
      enabled: z.boolean().optional(),
      required: z.boolean().optional(),
      enabled_tools: texts.optional(),
      disabled_tools: texts.optional(),
      startup_timeout_sec: z.number().positive().optional(),
      tool_timeout_sec: z.number().positive().optional(),
    }),
    ours: z.object({ ...started, tool_timeout_sec: z.number().min(LONG_MS / 1_000) }),
  },
  // https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md
  gemini: {
    documented: z.strictObject({
      ...launch,
      cwd: z.string().optional(),
      timeout: positive.optional(),
      trust: z.boolean().optional(),
      description: z.string().optional(),
      includeTools: texts.optional(),
      excludeTools: texts.optional(),
    }),
    ours: z.object({ ...started, timeout: z.number().min(LONG_MS), trust: z.undefined().optional() }),
  },
  // https://opencode.ai/v1/docs/mcp-servers/ and https://opencode.ai/config.json
  opencode: {
    documented: z.strictObject({
      type: z.literal("local"),
      command: texts.min(1),
      environment: record.optional(),
      enabled: z.boolean().optional(),
      timeout: positive.optional(),
    }),
    ours: z.object({
      command: z.tuple([z.literal("preloop")]),
      enabled: z.literal(true),
      timeout: z.number().min(LONG_MS),
    }),
  },
  // https://opencode.ai/v2/docs/mcp-servers/
  "opencode 2": {
    documented: z.strictObject({
      type: z.literal("local"),
      command: texts.min(1),
      cwd: z.string().optional(),
      environment: record.optional(),
      disabled: z.boolean().optional(),
      codemode: z.boolean().optional(),
      timeout: z
        .strictObject({
          startup: positive.optional(),
          catalog: positive.optional(),
          execution: positive.optional(),
        })
        .optional(),
    }),
    ours: z.object({
      command: z.tuple([z.literal("preloop")]),
      timeout: z.object({ execution: z.number().min(LONG_MS) }),
    }),
  },
  // https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers
  copilot: {
    documented: z.strictObject({
      type: z.enum(["local", "stdio"]),
      command: z.string().min(1),
      args: texts,
      env: record.optional(),
      cwd: z.string().optional(),
      tools: texts,
      timeout: positive.optional(),
    }),
    ours: z.object({
      ...started,
      tools: z.tuple([z.literal("*")]),
      timeout: z.number().min(LONG_MS),
    }),
  },
  // https://docs.windsurf.com/windsurf/cascade/mcp
  windsurf: {
    documented: z.strictObject({
      ...launch,
      disabled: z.boolean().optional(),
      disabledTools: texts.optional(),
    }),
    ours: z.object(started),
  },
  // https://zed.dev/docs/ai/mcp
  zed: {
    documented: z.strictObject({
      source: z.literal("custom").optional(),
      enabled: z.boolean().optional(),
      ...launch,
      timeout: positive.max(600).optional(),
    }),
    ours: z.object({ ...started, timeout: z.literal(600) }), // its greatest
  },
};
