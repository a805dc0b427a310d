import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

/** A throw-away place for the demo: a folder with files, a home for preloop, and a config. */
export interface Stage {
  readonly folder: string;
  readonly home: string;
  readonly config: string;
  clear(): Promise<void>;
}

/** Sets the stage: a real filesystem server over a folder of its own, and three rules. */
export async function setStage(): Promise<Stage> {
  const root = await mkdtemp(path.join(tmpdir(), "preloop-demo-"));
  const folder = path.join(root, "project");
  await mkdir(folder);
  await writeFile(path.join(folder, "notes.md"), "Ship on Friday.\n");
  await writeFile(path.join(folder, ".env"), "STRIPE_KEY=not-a-real-key\n");
  const config = path.join(root, "preloop.config.json");
  await writeFile(config, JSON.stringify(configFor(folder), null, 2));
  return {
    folder,
    home: path.join(root, "home"),
    config,
    clear: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function configFor(folder: string) {
  return {
    mcpServers: { files: { ...filesystemServer(), cwd: folder } },
    policy: {
      default: "ask",
      rules: [
        {
          name: "secrets",
          tool: "files__*",
          when: "has(args.path) && path.hasPart(args.path, '.env*')",
          action: "deny",
          reason: "Secrets stay on disk.",
        },
        { name: "reads", tool: ["files__read_text_file", "files__list_*"], action: "allow" },
        { name: "writes", tool: "files__write_file", action: "ask", reason: "Writing changes your files." },
      ],
    },
  };
}

// In a clone and beside most installs the server is there; elsewhere npx brings it.
function filesystemServer(): { command: string; args: string[] } {
  const name = "@modelcontextprotocol/server-filesystem";
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return { command: process.execPath, args: [path.join(path.dirname(manifest), "dist/index.js"), "."] };
  } catch {
    return { command: "npx", args: ["-y", name, "."] };
  }
}
