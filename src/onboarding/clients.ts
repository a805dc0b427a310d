import path from "node:path";
import { isRecord } from "./json-value.ts";
import { readCodex, readGemini, readOpencode, readZed } from "./read-client.ts";
import { compact, readCommon, readMs, readTools } from "./read-entry.ts";
import type { ClientSpec, Launch, MachineInfo } from "./types.ts";
import type { VariableSyntax } from "./variables.ts";

const SECOND = 1_000;

/** The clients `init` knows, and where each keeps its servers. */
export const CLIENTS: readonly (ClientSpec & { readonly variables: VariableSyntax })[] = [
  {
    id: "claude-code",
    title: "Claude Code",
    format: "json",
    key: "mcpServers",
    variables: "dollar-brace",
    files: (at) => [
      inProject(at, ".mcp.json"),
      inHome(at, path.join(at.env.CLAUDE_CONFIG_DIR ?? at.userHome, ".claude.json")),
    ],
    moreMaps: (value) =>
      Object.keys(isRecord(value) && isRecord(value.projects) ? value.projects : {}).map((project) => ({
        at: ["projects", project, "mcpServers"],
        project,
      })),
    read: (raw, reader) => compact({ ...readCommon(raw, reader), timeoutMs: readMs(raw.timeout, 1) }),
    entry: plainEntry,
    // Long enough as it is; somebody may have set less.
    timeout: { key: "timeout", unitMs: 1, defaultMs: 100_000 * SECOND, clientName: "claude-code" },
  },
  {
    id: "claude-desktop",
    title: "Claude Desktop",
    format: "json",
    key: "mcpServers",
    variables: "none",
    files: (at) => [inHome(at, appFile(at, "Claude", "claude_desktop_config.json"))],
    read: readCommon,
    entry: plainEntry,
  },
  {
    id: "cursor",
    title: "Cursor",
    format: "json",
    key: "mcpServers",
    variables: "env-colon",
    files: (at) => [inProject(at, ".cursor/mcp.json"), inHome(at, ".cursor/mcp.json")],
    read: readCommon,
    entry: (launch) => ({ type: "stdio", ...plainEntry(launch) }),
  },
  {
    id: "vscode",
    title: "VS Code",
    format: "json",
    key: "servers",
    variables: "env-colon",
    files: (at) => [inProject(at, ".vscode/mcp.json"), inHome(at, appFile(at, "Code", "User/mcp.json"))],
    read: readCommon,
    entry: (launch) => ({ type: "stdio", ...plainEntry(launch) }),
  },
  {
    id: "codex",
    title: "Codex",
    format: "toml",
    key: "mcp_servers",
    variables: "none",
    files: (at) => [
      inProject(at, ".codex/config.toml"),
      inHome(at, path.join(at.env.CODEX_HOME ?? path.join(at.userHome, ".codex"), "config.toml")),
    ],
    read: readCodex,
    // Codex gives its servers a short list of variables and those it is told to.
    entry: (launch) => ({
      ...plainEntry(launch),
      ...(launch.passes.length > 0 && { env_vars: launch.passes }),
      tool_timeout_sec: Math.ceil(launch.waitMs / SECOND),
    }),
    timeout: {
      key: "tool_timeout_sec",
      unitMs: SECOND,
      defaultMs: 300 * SECOND,
      clientName: "codex-mcp-client",
      raises: true,
    },
  },
  {
    id: "gemini",
    title: "Gemini CLI",
    format: "json",
    key: "mcpServers",
    variables: "dollar",
    files: (at) => [inProject(at, ".gemini/settings.json"), inHome(at, ".gemini/settings.json")],
    read: readGemini,
    // Gemini holds back variables that look like secrets unless they are named.
    entry: (launch) => {
      const passed = Object.fromEntries(launch.passes.map((name) => [name, `$${name}`]));
      return {
        ...plainEntry({ ...launch, env: { ...passed, ...launch.env } }),
        timeout: Math.max(launch.waitMs, 600 * SECOND),
      };
    },
    timeout: { key: "timeout", unitMs: 1, defaultMs: 600 * SECOND, clientName: "gemini-cli-mcp-client" },
    lists: [["mcp", "allowed"]],
  },
  {
    id: "opencode",
    title: "opencode",
    format: "json",
    key: "mcp",
    variables: "brace-env",
    files: (at) => [
      ...["opencode.json", "opencode.jsonc"].flatMap((name) => [
        inProject(at, name),
        inProject(at, path.join(".opencode", name)),
      ]),
      ...["opencode.json", "opencode.jsonc"].map((name) =>
        inHome(at, path.join(configHome(at), "opencode", name)),
      ),
    ],
    at: opencodeMap,
    read: readOpencode,
    entry: ({ command, args, env, waitMs }, at) => ({
      type: "local",
      command: [command, ...args],
      ...(at.length === 1 && { enabled: true }),
      ...(Object.keys(env).length > 0 && { environment: env }),
      timeout: at.length === 1 ? waitMs : { execution: waitMs },
    }),
    timeout: {
      key: "timeout",
      unitMs: 1,
      defaultMs: 60 * SECOND,
      clientName: "opencode",
      progressExtends: true,
    },
  },
  {
    id: "copilot",
    title: "Copilot CLI",
    format: "json",
    key: "mcpServers",
    variables: "dollar-brace",
    files: (at) => [
      inHome(at, path.join(at.env.COPILOT_HOME ?? path.join(at.userHome, ".copilot"), "mcp-config.json")),
    ],
    read: (raw, reader) =>
      compact({
        ...readCommon(raw, reader),
        timeoutMs: readMs(raw.timeout, 1),
        tools: readTools(raw.tools, undefined, reader),
      }),
    entry: ({ command, args, env, waitMs }) => ({
      type: "local",
      command,
      args,
      ...(Object.keys(env).length > 0 && { env }),
      tools: ["*"],
      timeout: waitMs,
    }),
    timeout: {
      key: "timeout",
      unitMs: 1,
      defaultMs: 180 * SECOND,
      clientName: "github-copilot",
      progressExtends: true,
    },
  },
  {
    id: "windsurf",
    title: "Windsurf",
    format: "json",
    key: "mcpServers",
    variables: "env-colon",
    files: (at) => [
      inProject(at, ".devin/mcp_config.json"),
      inHome(at, ".codeium/windsurf/mcp_config.json"),
      inHome(at, path.join(configHome(at), "devin", "mcp_config.json")),
    ],
    read: (raw, reader) =>
      compact({
        ...readCommon({ ...raw, url: raw.serverUrl ?? raw.url }, reader),
        tools: readTools(undefined, raw.disabledTools, reader),
      }),
    entry: plainEntry,
  },
  {
    id: "zed",
    title: "Zed",
    format: "json",
    key: "context_servers",
    variables: "none",
    files: (at) => [
      inProject(at, ".zed/settings.json"),
      inHome(
        at,
        at.platform === "win32"
          ? appFile(at, "Zed", "settings.json")
          : path.join(configHome(at), "zed", "settings.json"),
      ),
    ],
    read: readZed,
    entry: ({ command, args, env, waitMs }) => ({
      command,
      args,
      env,
      timeout: Math.min(600, Math.ceil(waitMs / SECOND)),
    }),
    timeout: { key: "timeout", unitMs: SECOND, defaultMs: 60 * SECOND, clientName: "Zed" },
  },
];

// opencode 1 keeps its servers under `mcp`, opencode 2 under `mcp.servers`, and reads the older shape as well.
function opencodeMap(value: unknown): readonly string[] {
  const mcp = isRecord(value) && isRecord(value.mcp) ? value.mcp : {};
  const isNew = isRecord(mcp.servers) && typeof mcp.servers.type !== "string";
  return isNew ? ["mcp", "servers"] : ["mcp"];
}

function inProject({ cwd }: MachineInfo, file: string) {
  return { path: path.join(cwd, file), scope: "project" } as const;
}

function inHome({ userHome }: MachineInfo, file: string) {
  return { path: path.resolve(userHome, file), scope: "user" } as const;
}

function configHome({ env, userHome }: MachineInfo): string {
  return env.XDG_CONFIG_HOME || path.join(userHome, ".config");
}

function appFile(at: MachineInfo, app: string, file: string): string {
  if (at.platform === "darwin") return path.join(at.userHome, "Library", "Application Support", app, file);
  if (at.platform === "win32")
    return path.join(at.env.APPDATA ?? path.join(at.userHome, "AppData", "Roaming"), app, file);
  return path.join(configHome(at), app, file);
}

function plainEntry({ command, args, env }: Launch): Record<string, unknown> {
  return {
    command,
    ...(args.length > 0 && { args }),
    ...(Object.keys(env).length > 0 && { env }),
  };
}
