import { spawn } from "node:child_process";

type Env = Readonly<Record<string, string | undefined>>;

/** Asks the desktop to open a web page. The address reaches no shell, and nothing but http and https is opened. */
export async function showInBrowser(address: URL, platform: NodeJS.Platform, env: Env): Promise<void> {
  const words = opener(address, platform);
  if (!words) return;
  const [command, ...args] = words;
  await new Promise<void>((resolve) => {
    const child = spawn(command, args, { stdio: "ignore", detached: true, shell: false, env: { ...env } });
    // Without a desktop there is nobody to ask; the address was printed, too.
    child.on("error", () => resolve());
    child.on("spawn", () => {
      child.unref();
      resolve();
    });
  });
}

/** The program and its words that open an address; undefined for what is no web page. */
export function opener(address: URL, platform: NodeJS.Platform): [string, ...string[]] | undefined {
  if (address.protocol !== "https:" && address.protocol !== "http:") return undefined;
  if (platform === "darwin") return ["open", address.href];
  // Not `start`, which is cmd.exe's own and would read & and ^ in the address.
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler", address.href];
  return ["xdg-open", address.href];
}
