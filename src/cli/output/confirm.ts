import { createInterface } from "node:readline/promises";
import { PreloopError } from "#base";

/** Asks at the terminal for a whole "yes". @throws usage where there is no terminal to ask at */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new PreloopError(
      "usage",
      "This is no terminal to ask at; look at the list above, then run it again with --yes",
    );
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^yes$/i.test((await asking.question(`${question} Type "yes": `)).trim());
  } finally {
    asking.close();
  }
}
