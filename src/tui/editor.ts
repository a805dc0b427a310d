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
export const spawnInTerminal: SpawnEditor = async (command, file) => {
  const { execa } = await import("execa");
  const [program = "vi", ...args] = command;
  // What a person writes in it outlives us.
  const options = { stdio: "inherit", reject: false, cleanup: false } as const;
  const { exitCode, signal } = await execa(program, [...args, file], options);
  return exitCode ?? (signal === undefined ? 127 : 1);
};
