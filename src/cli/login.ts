import type { Command } from "commander";
import { PreloopError, parseDuration } from "#base";
import type { ServerConfig } from "#config";
import { showInBrowser } from "./browser.ts";
import type { House } from "./house.ts";
import { loginKey } from "./servers.ts";

/** `preloop login SERVER`. */
export function registerLogin(program: Command, house: House): void {
  program
    .command("login <server>")
    .description("log in to a remote server with a browser; its tokens are kept encrypted in the store")
    .option("--no-browser", "only print the address to open")
    .option("--timeout <duration>", "how long to wait for the browser", "10m")
    .option("--forget", "forget the login instead")
    .action((server: string, options: LoginFlags) =>
      (options.forget ? forget : login)(house, server, options),
    );
}

interface LoginFlags {
  readonly browser: boolean;
  readonly timeout: string;
  readonly forget?: boolean;
}

async function login(house: House, name: string, { browser, timeout }: LoginFlags): Promise<void> {
  await house.refuseInsideAgents("Logging in to a server");
  const ground = await house.foundation();
  const { url, oauth = {}, headers = {} } = remoteServer(ground.loaded.config.mcpServers, name);
  if (Object.keys(headers).some((header) => header.toLowerCase() === "authorization"))
    throw new PreloopError(
      "usage",
      `mcpServers.${name}.headers has an Authorization already, which would be sent instead; remove it first`,
    );
  const { logIn } = await import("#logins");
  await logIn({
    db: house.store,
    key: ground.key,
    at: loginKey(ground, url),
    client: oauth,
    signal: AbortSignal.timeout(parseDuration(timeout)),
    async show(address) {
      house.out.note("Log in at this address; preloop waits for your browser to come back:");
      house.out.line(address.href);
      if (browser) await showInBrowser(address, process.platform, process.env);
    },
  });
  house.out.note(`You are logged in to ${name}. Sessions that wait for this go on within a minute.`);
}

async function forget(house: House, name: string): Promise<void> {
  const ground = await house.foundation();
  const { url } = remoteServer(ground.loaded.config.mcpServers, name);
  const { forgetLogin } = await import("#store");
  const was = await forgetLogin(await house.store(), loginKey(ground, url));
  if (!was) throw new PreloopError("not_found", `There is no login to ${name}`);
  house.out.note(`The login to ${name} is forgotten here; the server itself may still honour its tokens.`);
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
