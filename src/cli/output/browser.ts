import { once } from "node:events";

type Env = Readonly<Record<string, string | undefined>>;

/** Asks the desktop to open a web page. The address reaches no shell, and nothing but http and https is opened. */
export async function showInBrowser(address: URL, platform: NodeJS.Platform, env: Env): Promise<void> {
  const words = opener(address, platform);
  if (!words) return;
  const [command, ...args] = words;
  const { execa } = await import("execa");
  // Without a desktop there is nobody to ask; the address was printed, too. A browser that was opened stays when we go.
  const apart = { stdio: "ignore", detached: true, cleanup: false, reject: false } as const;
  const child = execa(command, args, { ...apart, env, extendEnv: false });
  child.unref();
  await Promise.race([once(child, "spawn").catch(() => {}), child]);
}

/** The program and its words that open an address; undefined for what is no web page. */
export function opener(address: URL, platform: NodeJS.Platform): [string, ...string[]] | undefined {
  if (address.protocol !== "https:" && address.protocol !== "http:") return undefined;
  if (platform === "darwin") return ["open", address.href];
  // Not `start`, which is cmd.exe's own and would read & and ^ in the address.
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", address.href];
  return ["xdg-open", address.href];
}
