import type { Command } from "commander";
import { loginKey } from "#app";
import { PreloopError, parseDuration } from "#base";
import type { ServerConfig } from "#config";
import type { CommandContext } from "../context.ts";
import { showInBrowser } from "../output/browser.ts";

/** `preloop login SERVER`. */
export function registerLogin(program: Command, context: CommandContext): void {
  program
    .command("login <server>")
    .description("log in to a remote server with a browser; its tokens are kept encrypted in the store")
    .option("--no-browser", "only print the address to open")
    .option("--timeout <duration>", "how long to wait for the browser", "10m")
    .option("--forget", "forget the login instead")
    .action((server: string, options: LoginFlags) =>
      (options.forget ? forget : login)(context, server, options),
    );
}

interface LoginFlags {
  readonly browser: boolean;
  readonly timeout: string;
  readonly forget?: boolean;
}

async function login(context: CommandContext, name: string, { browser, timeout }: LoginFlags): Promise<void> {
  await context.refuseInsideAgents("Logging in to a server");
  const runtime = await context.runtime();
  const { url, oauth = {}, headers = {} } = remoteServer(runtime.loaded.config.mcpServers, name);
  if (Object.keys(headers).some((header) => header.toLowerCase() === "authorization"))
    throw new PreloopError(
      "usage",
      `mcpServers.${name}.headers has an Authorization already, which would be sent instead; remove it first`,
    );
  const { logIn } = await import("#logins");
  await logIn({
    db: context.store,
    key: runtime.key,
    at: loginKey(runtime, url),
    client: oauth,
    signal: AbortSignal.timeout(parseDuration(timeout)),
    async show(address) {
      context.out.note("Log in at this address; preloop waits for your browser to come back:");
      context.out.line(address.href);
      if (browser) await showInBrowser(address, process.platform, process.env);
    },
  });
  context.out.note(`You are logged in to ${name}. Sessions that wait for this go on within a minute.`);
}

async function forget(context: CommandContext, name: string): Promise<void> {
  const runtime = await context.runtime();
  const { url } = remoteServer(runtime.loaded.config.mcpServers, name);
  const { forgetLogin } = await import("#store");
  const was = await forgetLogin(await context.store(), loginKey(runtime, url));
  if (!was) throw new PreloopError("not_found", `There is no login to ${name}`);
  context.out.note(`The login to ${name} is forgotten here; the server itself may still honour its tokens.`);
}

function remoteServer(
  servers: Readonly<Record<string, ServerConfig>>,
  name: string,
): ServerConfig & { readonly url: string } {
  const server = Object.hasOwn(servers, name) ? servers[name] : undefined;
  const remote = Object.keys(servers).filter((one) => servers[one]!.url !== undefined);
  const known = remote.length > 0 ? `; remote servers are ${remote.join(", ")}` : "";
  if (!server) throw new PreloopError("not_found", `No server is called ${name}${known}`);
  if (server.url === undefined)
    throw new PreloopError("usage", `${name} is a program on this machine and has no login${known}`);
  return { ...server, url: server.url };
}
