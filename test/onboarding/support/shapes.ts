import { z } from "zod";

const launch = { command: z.literal("preloop"), args: z.exactOptional(z.array(z.string())) };
const env = z.exactOptional(z.record(z.string(), z.string()));

/** What each client's documentation says an entry of a local server looks like; unknown keys are errors there. */
export const SHAPES: Readonly<Record<string, z.ZodType>> = {
  "claude-code": z.strictObject({ type: z.exactOptional(z.literal("stdio")), ...launch, env }),
  "claude-desktop": z.strictObject({ ...launch, env }),
  cursor: z.strictObject({ type: z.literal("stdio"), ...launch, env }),
  vscode: z.strictObject({ type: z.literal("stdio"), ...launch, env }),
  codex: z.strictObject({
    ...launch,
    env,
    env_vars: z.exactOptional(z.array(z.string())),
    tool_timeout_sec: z.number().min(960),
  }),
  gemini: z.strictObject({ ...launch, env, timeout: z.number().min(960_000) }),
  opencode: z.strictObject({
    type: z.literal("local"),
    command: z.tuple([z.literal("preloop")], z.string()),
    enabled: z.literal(true),
    environment: env,
    timeout: z.number().min(960_000),
  }),
  copilot: z.strictObject({
    type: z.literal("local"),
    command: z.literal("preloop"),
    args: z.array(z.string()),
    env,
    tools: z.tuple([z.literal("*")]),
    timeout: z.number().min(960_000),
  }),
  windsurf: z.strictObject({ ...launch, env }),
  zed: z.strictObject({
    command: z.literal("preloop"),
    args: z.array(z.string()),
    env: z.record(z.string(), z.string()),
    timeout: z.literal(600), // its greatest
  }),
};
