import type { Output } from "../context.ts";

// A key already on its way when the question appears decides nothing.
const ARMED_AFTER_MS = 600;

/** Waits for `a` or `d`; without a terminal it decides by itself, and says so. */
export function askForKey(out: Pick<Output, "isTty" | "line">): Promise<"approve" | "deny"> {
  const { stdin } = process;
  if (!stdin.isTTY || !out.isTty) {
    out.line("  No terminal here, so the demo approves by itself.");
    return Promise.resolve("approve");
  }
  out.line("  Press a to approve, d to deny.");
  const shownAt = performance.now();
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((resolve, reject) => {
    const done = () => {
      stdin.off("data", read);
      stdin.setRawMode(false);
      stdin.pause();
    };
    const read = (keys: Buffer) => {
      const key = keys.toString();
      if (key === "\u0003") {
        done();
        reject(new Error("interrupted"));
      }
      if (performance.now() - shownAt < ARMED_AFTER_MS || (key !== "a" && key !== "d")) return;
      done();
      resolve(key === "a" ? "approve" : "deny");
    };
    stdin.on("data", read);
  });
}
