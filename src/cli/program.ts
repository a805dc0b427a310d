import { Command } from "commander";
import { PreloopError } from "#base";
import { createHouse } from "./build-house.ts";
import { exitStatusOf } from "./exit.ts";
import type { House } from "./house.ts";
import { createOutput } from "./output.ts";
import type { HttpFlags } from "./serve-http.ts";
import { refuseUnknownCommand } from "./unknown-command.ts";
import { VERSION } from "./version.ts";

/** Every command but the server itself. Rooms are loaded by the command that needs them. */
export async function run(argv: readonly string[]): Promise<void> {
  const program = new Command("preloop")
    .description(
      "An MCP server between AI agents and the servers they use. Without a command it serves over stdio.",
    )
    .version(VERSION)
    .option("--config <file>", "the config file to use")
    .option("--http", "serve over HTTP, for clients on this machine, instead of over stdio")
    .option("--host <address>", "with --http: the loopback address to listen on (default: 127.0.0.1)")
    .option("--port <number>", "with --http: the port to listen on, 0 for any (default: 7717)")
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride();
  const out = createOutput(process);
  const house = createHouse({ out, config: () => program.opts<{ config?: string }>().config });
  program.action(async () => {
    const options = program.opts<HttpFlags>();
    if (!options.http && (options.host ?? options.port) !== undefined)
      throw new PreloopError("usage", "--host and --port go with --http");
    if (options.http) return (await import("./serve-http.ts")).serveOverHttp(options);
    return (await import("./serve.ts")).serve(options);
  });
  try {
    for (const register of await commandGroups()) register(program, house);
    await refuseUnknownCommand(program, argv.slice(2));
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = isCommander(error)
      ? error.exitCode && 2
      : exitStatusOf(error, (text) => process.stderr.write(text));
  } finally {
    await house.close();
  }
}

async function commandGroups() {
  const groups = await Promise.all([
    import("./approvals.ts").then((group) => group.registerApprovals),
    import("./sessions.ts").then((group) => group.registerSessions),
    import("./grants.ts").then((group) => group.registerGrants),
    import("./policy.ts").then(
      (group) => (program: Command, house: House) =>
        group.registerPolicy(program, house, async (inside) =>
          (await import("./servers.ts")).listLiveTools(inside),
        ),
    ),
    import("./tools.ts").then((group) => group.registerTools),
    import("./audit.ts").then((group) => group.registerAudit),
    import("./trust.ts").then((group) => group.registerTrust),
    import("./login.ts").then((group) => group.registerLogin),
    import("./init.ts").then((group) => group.registerInit),
    import("./db.ts").then((group) => group.registerDb),
    import("./sync.ts").then((group) => group.registerSync),
    import("./search.ts").then((group) => group.registerSearch),
    import("./duplicates.ts").then((group) => group.registerDuplicates),
    import("./compliance.ts").then((group) => group.registerCompliance),
    import("./demo.ts").then((group) => group.registerDemo),
  ]);
  return groups;
}

// Commander has printed its own message by then; help and --version exit with 0.
function isCommander(error: unknown): error is { readonly exitCode: number } {
  return error instanceof Error && error.constructor.name.startsWith("Commander");
}
