import { Command } from "commander";
import { VERSION } from "#base";
import { createCommandContext } from "./create-context.ts";
import { exitStatusOf } from "./output/exit.ts";
import { createOutput } from "./output/output.ts";
import type { ServeFlags } from "./serve.ts";
import { refuseUnknownCommand } from "./unknown-command.ts";

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
  const context = createCommandContext({ out, config: () => program.opts<{ config?: string }>().config });
  program.action(async () => {
    const { serve } = await import("./serve.ts");
    await serve(program.opts<ServeFlags>());
  });
  try {
    for (const register of await commandGroups()) register(program, context);
    await refuseUnknownCommand(program, argv.slice(2));
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = isCommander(error)
      ? error.exitCode && 2
      : exitStatusOf(error, (text) => process.stderr.write(text));
  } finally {
    await context.close();
  }
}

async function commandGroups() {
  const groups = await Promise.all([
    import("./approvals/approvals.ts").then((group) => group.registerApprovals),
    import("./approvals/sessions.ts").then((group) => group.registerSessions),
    import("./approvals/grants.ts").then((group) => group.registerGrants),
    import("./policy/policy.ts").then((group) => group.registerPolicy),
    import("./tools/tools.ts").then((group) => group.registerTools),
    import("./audit/audit.ts").then((group) => group.registerAudit),
    import("./config/trust.ts").then((group) => group.registerTrust),
    import("./config/login.ts").then((group) => group.registerLogin),
    import("./onboarding/init.ts").then((group) => group.registerInit),
    import("./store/db.ts").then((group) => group.registerDb),
    import("./issues/sync.ts").then((group) => group.registerSync),
    import("./issues/search.ts").then((group) => group.registerSearch),
    import("./issues/duplicates.ts").then((group) => group.registerDuplicates),
    import("./issues/compliance.ts").then((group) => group.registerCompliance),
    import("./demo/demo.ts").then((group) => group.registerDemo),
  ]);
  return groups;
}

// Commander has printed its own message by then; help and --version exit with 0.
function isCommander(error: unknown): error is { readonly exitCode: number } {
  return error instanceof Error && error.constructor.name.startsWith("Commander");
}
