import type { Command } from "commander";
import { PreloopError } from "#base";

/** Says which word is no command and which one is near; options are left to the parser. @throws usage */
export async function refuseUnknownCommand(program: Command, words: readonly string[]): Promise<void> {
  let group = program;
  const path = [program.name()];
  for (let at = 0; at < words.length && group.commands.length > 0; at++) {
    const word = words[at]!;
    if (word === "--" || word === "help") return;
    if (word.startsWith("-")) {
      const [flag] = word.split("=");
      const option = group.options.find(({ short, long }) => flag === short || flag === long);
      if (!option) return;
      if (option.required && flag === word) at++;
      continue;
    }
    const next = group.commands.find(
      (command) => command.name() === word || command.aliases().includes(word),
    );
    if (!next) return refuse(group, path, word);
    group = next;
    path.push(next.name());
  }
}

async function refuse(group: Command, path: readonly string[], word: string): Promise<never> {
  const { nearest } = await import("#config");
  const below = group.commands.find((each) => each.commands.some((command) => command.name() === word));
  const near = nearest(
    word,
    group.commands.map((command) => command.name()),
  );
  const meant = below ? [below.name(), word] : near === undefined ? undefined : [near];
  const advice = meant
    ? `did you mean "${[...path, ...meant].join(" ")}"?`
    : `"${path.join(" ")} --help" lists what there is`;
  throw new PreloopError("usage", `"${[...path, word].join(" ")}" is no command; ${advice}`);
}
