import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished, vi } from "vitest";

export const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

/** A real terminal with a real program in it. */
export interface Pane {
  /** The rows as they stand on the screen. */
  rows(): readonly string[];
  text(): string;
  /** Keys by tmux's names, each in a read of its own. */
  keys(...names: readonly string[]): void;
  /** One key, and its effect, if it has any. */
  turn(name: string): Promise<void>;
  /** Characters sent at once, as a program or a paste would. */
  burst(text: string): void;
  /** Every byte that was written to the terminal so far. */
  bytes(): string;
  resize(columns: number, rows: number): void;
  /** Whether the alternate screen is on. */
  isAlternate(): boolean;
  /** Waits until the screen has this text. */
  sees(text: string | RegExp): Promise<string>;
  /** Waits until the screen no longer has it. */
  loses(text: string): Promise<void>;
}

interface PaneOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
}

const WAIT = { timeout: 25_000, interval: 60 };

/** Starts a command in a tmux server of its own, which ends with the test. */
export function openPane({ columns = 100, rows = 30, command, env = {} }: PaneOptions): Pane {
  const directory = mkdtempSync(path.join(tmpdir(), "preloop-tmux-"));
  const socket = path.join(directory, "s");
  const record = path.join(directory, "bytes");
  const tmux = (...args: readonly string[]) =>
    execFileSync("tmux", ["-S", socket, ...args], { encoding: "utf8" });
  const variables = Object.entries({
    TERM: "xterm-256color",
    PS1: "$ ",
    HISTFILE: "/dev/null",
    ...env,
  }).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  // The shell waits for a line, so that the recording stands before the first byte.
  const size = ["-x", String(columns), "-y", String(rows)];
  const script = `unset CI NO_COLOR; ${env.NO_COLOR ? "export NO_COLOR=1;" : ""} read -r _; ${command}`;
  tmux(
    "-f",
    "/dev/null",
    "new-session",
    "-d",
    ...size,
    ...variables,
    `bash --norc -c '${script}'; sleep 1000`,
  );
  onTestFinished(() => {
    spawnSync("tmux", ["-S", socket, "kill-server"]);
    rmSync(directory, { recursive: true, force: true });
  });
  tmux("pipe-pane", "-O", `cat > ${record}`);
  tmux("send-keys", "Enter");
  const text = () => tmux("capture-pane", "-p");
  return {
    text,
    rows: () => text().split("\n").slice(0, -1),
    keys(...names) {
      for (const name of names) tmux("send-keys", name);
    },
    async turn(name) {
      const still = () => text().replaceAll(/\d+:\d+/g, "");
      const before = still();
      tmux("send-keys", name);
      await vi.waitUntil(() => still() !== before, { timeout: 1_000, interval: 40 }).catch(() => {});
    },
    burst: (chunk) => tmux("send-keys", "-l", chunk),
    bytes: () => readFileSync(record, "utf8"),
    resize: (width, height) => tmux("resize-window", "-x", String(width), "-y", String(height)),
    isAlternate: () => tmux("display-message", "-p", "#{alternate_on}").trim() === "1",
    async sees(wanted) {
      const found = () => (typeof wanted === "string" ? text().includes(wanted) : wanted.test(text()));
      await vi.waitUntil(found, WAIT).catch(() => {
        throw new Error(`never on the screen: ${wanted}\n${text()}`);
      });
      return text();
    },
    async loses(gone) {
      await vi.waitUntil(() => !text().includes(gone), WAIT);
    },
  };
}

/** Longer than the time that an item must have been on the screen. */
export function aLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 800));
}
