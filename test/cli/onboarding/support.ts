import path from "node:path";
import { onTestFinished } from "vitest";
import { type Machine, makeMachine } from "../../onboarding/support/machine.ts";
import { SECRET } from "../../onboarding/support/samples.ts";
import { stopOwner } from "../../support/embedded.ts";
import { BIN, type Ran, ROOT, runPreloop, runProgram } from "../../support/run-preloop.ts";

export const SERVER = path.join(ROOT, "test/fixtures/sdk-server.mjs");

// Without other folders on the PATH: no client's command of the samples may be found and started.
export const environment = ({ userHome, home }: Machine) => ({
  PATH: path.dirname(process.execPath),
  HOME: userHome,
  PRELOOP_HOME: home,
});

interface RunOptions {
  readonly env?: Record<string, string>;
  /** A module that Node loads before preloop. */
  readonly preload?: string;
}

/** Runs a `preloop` command in the machine's project. */
export function run(
  machine: Machine,
  args: readonly string[],
  { env = {}, preload }: RunOptions = {},
): Promise<Ran> {
  const options = { cwd: machine.project, env: { ...environment(machine), ...env } };
  if (preload === undefined) return runPreloop(args, options);
  return runProgram([process.execPath, "--import", preload, BIN, ...args], options);
}

/** A machine with clients that start a server which works, and one that is not there. */
export function machineWithServers(): Machine {
  const machine = makeMachine();
  onTestFinished(() => stopOwner(machine.home));
  const servers = {
    sdk: { command: process.execPath, args: [SERVER, "stdio", "--token", SECRET], env: { KEY: SECRET } },
    gone: { command: "not-there\u202e", args: ["x"] },
  };
  machine.write("user/.cursor/mcp.json", JSON.stringify({ mcpServers: servers }, null, 2));
  machine.write(
    "user/.codeium/windsurf/mcp_config.json",
    JSON.stringify({ mcpServers: { sdk: servers.sdk } }),
  );
  return machine;
}
