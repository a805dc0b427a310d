// biome-ignore-all lint/suspicious/noTemplateCurlyInString: configs name environment variables that way.

/** A client's config as people keep them: comments, odd indentation, line ends, marks, links and modes of all kinds. */
export interface Sample {
  readonly client: string;
  /** The edition of the client's documentation that it goes by, where there are several. */
  readonly shape?: string;
  readonly file: string;
  readonly text: string;
  readonly mode?: number;
  readonly linkTo?: string;
  /** Where the servers stand. */
  readonly at: readonly string[];
  /** Comments that must outlive init. */
  readonly comments?: readonly string[];
  /** Server names behind preloop, in order. */
  readonly moved: readonly string[];
}

const BOM = "\uFEFF";
const crlf = (text: string) => text.replaceAll("\n", "\r\n");

export const SECRET = "hunter2-in-the-env";

export const SAMPLES: readonly Sample[] = [
  {
    client: "claude-code",
    file: "user/.claude.json",
    mode: 0o600,
    at: ["mcpServers"],
    moved: ["git-hub", "files"],
    text: `{
  "numStartups": 12,
  "mcpServers": {
    "GitHub_": { "type": "stdio", "command": "npx", "args": ["-y", "gh-mcp"], "env": { "GITHUB_TOKEN": "${SECRET}" } }
  },
  "projects": {
    "/src/app": { "allowedTools": ["mcp__GitHub___*"], "mcpServers": { "files": { "command": "files-mcp", "args": ["."] } }, "history": [ ] },
    "/src/other": { "mcpServers": {} }
  },
  "tipsHistory": {"a":1}
}`.replace('"GitHub_"', '"git.hub"'),
  },
  {
    client: "claude-code",
    file: "project/.mcp.json",
    at: ["mcpServers"],
    moved: ["db"],
    text: `{"mcpServers":{"db":{"command":"./db.sh","env":{"URL":"\${DB_URL}"}}}}`,
  },
  {
    client: "claude-desktop",
    file: "user/.config/Claude/claude_desktop_config.json",
    at: ["mcpServers"],
    moved: ["a", "b", "c"],
    text: crlf(
      `{\n\t"globalShortcut": "Ctrl+Space",\n\t"mcpServers": {\n\t\t"a": {\n\t\t\t"command": "a",\n\t\t\t"args": ["$\{HOME}"]\n\t\t},\n\t\t"b": {\n\t\t\t"command": "b"\n\t\t},\n\t\t"c": {\n\t\t\t"command": "c",\n\t\t\t"env": { "KEY": "${SECRET}" }\n\t\t}\n\t}\n}\n`,
    ),
  },
  {
    client: "cursor",
    file: "user/.cursor/mcp.json",
    linkTo: "user/dotfiles/cursor.json",
    mode: 0o640,
    at: ["mcpServers"],
    comments: ["// mine", "/* the remote one */", "// tail"],
    moved: ["local", "remote"],
    text: `${BOM}// mine
{
   "mcpServers" : {
      "local"  : { "command": "node", "args": ["x.js", "\${env:HOME_DIR}", "\${userHome}/x"] }, // tail
      /* the remote one */
      "remote" : {
         "url": "https://mcp.acme.dev/mcp",
         "headers": { "Authorization": "Bearer ${SECRET}" }
      },
   },
}
`,
  },
  {
    client: "vscode",
    file: "project/.vscode/mcp.json",
    at: ["servers"],
    comments: ["// keys are asked for"],
    moved: ["play", "web"],
    text: `{
\t"inputs": [ { "type": "promptString", "id": "key", "description": "Key", "password": true } ],
\t// keys are asked for
\t"servers": {
\t\t"asks": { "type": "stdio", "command": "x", "env": { "KEY": "\${input:key}" } },
\t\t"play": { "type": "stdio", "command": "npx", "args": ["-y", "@playwright/mcp", "\${workspaceFolder}"] },
\t\t"web": { "type": "http", "url": "https://web.acme.dev/mcp" }
\t}
}
`,
  },
  {
    client: "codex",
    file: "user/.codex/config.toml",
    mode: 0o600,
    at: ["mcp_servers"],
    comments: ["# the model", "# looks things up", "# kept at the end", "# not a [table]"],
    moved: ["docs", "my-search", "far"],
    text: crlf(`# the model
model = "gpt-5"   # best
notes = """
[mcp_servers.fake]
command = "no" # not a [table]
"""

# looks things up
[mcp_servers.docs]
command = 'docs'
args = [
  "--x", # one
  "[mcp_servers.no]",
]
enabled_tools = ["search"]
default_tools_approval_mode = "approve"

[mcp_servers.docs.env]
TOKEN = "${SECRET}"

[mcp_servers."my search"]
command = "search"
startup_timeout_sec = 20

[profiles.fast]
model = "mini"

[mcp_servers.far]
url = "https://far.acme.dev/mcp"
http_headers = { "X-Key" = "${SECRET}" }
# kept at the end
[tools]
web_search = true`),
  },
  {
    client: "gemini",
    file: "user/.gemini/settings.json",
    at: ["mcpServers"],
    moved: ["one", "two", "three"],
    text: `{
    "theme": "GitHub",
    "mcp": { "allowed": ["one", "two"] },
    "mcpServers": {
        "one": { "command": "one", "trust": true, "timeout": 30000, "includeTools": ["a"] },
        "two": { "httpUrl": "https://two.acme.dev/mcp", "headers": { "X-Key": "${SECRET}" } },
        "three": { "url": "https://three.acme.dev/sse" }
    }
}
`,
  },
  {
    client: "opencode",
    file: "user/.config/opencode/opencode.jsonc",
    at: ["mcp"],
    comments: ["// opencode"],
    moved: ["git", "docs"],
    text: `{
  "$schema": "https://opencode.ai/config.json",
  // opencode
  "mcp": {
    "git": {
      "type": "local",
      "command": ["uvx", "mcp-server-git"],
      "environment": { "TOKEN": "{env:GIT_TOKEN}" },
      "enabled": false
    },
    "docs": { "type": "remote", "url": "https://docs.acme.dev/mcp", "headers": { "K": "${SECRET}" } }
  }
}`,
  },
  {
    client: "opencode",
    shape: "opencode 2",
    file: "project/.opencode/opencode.jsonc",
    at: ["mcp", "servers"],
    comments: ["// the second opencode"],
    moved: ["git", "docs"],
    text: `{
  // the second opencode
  "mcp": {
    "servers": {
      "git": { "type": "local", "command": ["uvx", "mcp-server-git"], "disabled": true, "timeout": { "execution": 90000 } },
      "docs": { "type": "remote", "url": "https://docs.acme.dev/mcp", "headers": { "K": "${SECRET}" } }
    }
  }
}`,
  },
  {
    client: "copilot",
    file: "user/.copilot/mcp-config.json",
    at: ["mcpServers"],
    moved: ["p"],
    text: `{\n "mcpServers": {\n  "p": {\n   "type": "local",\n   "command": "p",\n   "args": [],\n   "tools": ["look"],\n   "env": { "K": "${SECRET}" }\n  }\n }\n}\n`,
  },
  {
    client: "windsurf",
    file: "user/.codeium/windsurf/mcp_config.json",
    at: ["mcpServers"],
    moved: ["w", "r"],
    text: `{
  "mcpServers": {
    "w": { "command": "w", "disabledTools": ["rm"], "alwaysAllow": ["ls"] },

    "r": { "serverUrl": "https://r.acme.dev/mcp", "headers": { "Authorization": "Bearer \${env:R_TOKEN}" } }

  }
}
`,
  },
  {
    client: "zed",
    file: "user/.config/zed/settings.json",
    at: ["context_servers"],
    comments: ["// Zed settings", "// see the docs", "// big letters"],
    moved: ["old", "new"],
    text: `// Zed settings
//
// see the docs
{
  "ui_font_size": 16, // big letters
  "context_servers": {
    "ext": { "source": "extension", "settings": {} },
    "old": {
      "source": "custom",
      "command": { "path": "old", "args": ["--x"], "env": { "K": "${SECRET}" } }
    },
    "new": { "command": "new", "args": [], "env": {}, "timeout": 90 },
  },
  "theme": { "mode": "system" },
}
`,
  },
];

/** Variables that the samples read. */
export const ENV = {
  DB_URL: "db",
  HOME_DIR: "h",
  GIT_TOKEN: "g",
  R_TOKEN: "r",
  PATH: process.env.PATH ?? "",
};
