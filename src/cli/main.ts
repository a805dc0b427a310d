import { exitStatusOf } from "./output/exit.ts";

// A client waits for the server to start, so that path loads no command parser.
const args = process.argv.slice(2);
const [first = "", second] = args;
const plain = args.length === 0 || (args.length === 2 && first === "--config" && second !== undefined);

try {
  if (plain) await (await import("./serve.ts")).serve(second === undefined ? {} : { config: second });
  else await (await import("./program.ts")).run(process.argv);
} catch (error) {
  process.exitCode = exitStatusOf(error, (text) => process.stderr.write(text));
}
