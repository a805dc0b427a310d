import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** Start of an editor on a file; resolves with its exit status. */
export type SpawnEditor = (command: readonly string[], file: string) => Promise<number>;

/**
 * Opens a text in a person's editor and returns what they left, or undefined when the editor failed. The file lies in
 * a directory of its own that only this user can enter, and is gone afterwards.
 */
export async function editInFile(
  text: string,
  command: readonly string[],
  spawnEditor: SpawnEditor,
): Promise<string | undefined> {
  const directory = await mkdtemp(path.join(tmpdir(), "preloop-edit-")); // mode 0700
  const file = path.join(directory, "arguments.json");
  try {
    await writeFile(file, text, { mode: 0o600, flag: "wx" });
    const status = await spawnEditor(command, file);
    return status === 0 ? await readFile(file, "utf8") : undefined;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The editor gets the terminal as it is; the caller has let go of it before. */
export const spawnInTerminal: SpawnEditor = (command, file) =>
  new Promise((resolve) => {
    const [program = "vi", ...args] = command;
    const child = spawn(program, [...args, file], { stdio: "inherit" });
    child.on("error", () => resolve(127));
    child.on("exit", (code) => resolve(code ?? 1));
  });
