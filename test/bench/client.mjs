import { createLines } from "./lines.mjs";

// Reading whole replies would cost as much as what is measured, so the id is looked for in the text.
const ID = /^\{"jsonrpc":"2\.0","id":(\d+),/;

/** A client over a child's stdin and stdout, as cheap as it can be; replies are given as text. */
export function createClient(child) {
  const waiting = new Map();
  const feed = createLines();
  let lastId = 0;
  let failure;

  const fail = (why) => {
    failure ??= new Error(why);
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  const receive = (line) => {
    const id = Number(ID.exec(line)?.[1] ?? JSON.parse(line).id);
    waiting.get(id)?.resolve(line);
    waiting.delete(id);
  };
  child.stdout.on("data", (chunk) => feed(chunk).forEach(receive));
  child.stdin.on("error", (error) => fail(error.message));
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => fail(`exited with ${code ?? signal}`));

  return {
    /** Sends a request whose params are JSON text; resolves with the whole reply. */
    request(method, params) {
      if (failure) return Promise.reject(failure);
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.stdin.write(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":${params}}\n`);
      });
    },
    notify(method) {
      child.stdin.write(`{"jsonrpc":"2.0","method":"${method}"}\n`);
    },
  };
}
