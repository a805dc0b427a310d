import { type ChildProcess, spawn } from "node:child_process";

// Reads "+ 123" and "- 123" until its stdin ends, which it does when this process is gone, SIGKILL included. Servers
// saw their own stdin end at the same moment and get a second to leave by themselves.
const SCRIPT = `
groups=
while read -r sign group; do
  if [ "$sign" = + ]; then groups="$groups $group"; continue; fi
  rest=
  for each in $groups; do [ "$each" = "$group" ] || rest="$rest $each"; done
  groups=$rest
done
[ -n "$groups" ] || exit 0
sleep 1
for each in $groups; do kill -TERM "-$each"; done
sleep 1
for each in $groups; do kill -KILL "-$each"; done
`;

let watcher: ChildProcess | undefined;

/** Names a process group to the guard: a small shell, one per process, that ends the groups when we cannot. */
export function guard(group: number): void {
  if (process.platform === "win32") return;
  watcher ??= start();
  tell(`+ ${group}\n`);
}

/** The group is gone; its number may soon be someone else's. */
export function unguard(group: number): void {
  tell(`- ${group}\n`);
}

function tell(line: string): void {
  if (watcher?.stdin?.writable) watcher.stdin.write(line);
}

function start(): ChildProcess {
  const child = spawn("/bin/sh", ["-c", SCRIPT], {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["pipe", "ignore", "ignore"],
    detached: true, // in a session of its own, where no terminal's ctrl-C reaches it
  });
  // Without a guard only the case it exists for is lost: that somebody kills this process outright.
  child.on("error", () => {});
  child.stdin?.on("error", () => {});
  child.unref();
  (child.stdin as unknown as { unref(): void } | null)?.unref();
  return child;
}
