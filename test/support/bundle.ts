import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");

/** Runs once before all tests: those that start the program start what is in `src` now. */
export default function setUp(): void {
  bundle();
  // Without it every new embedded store runs initdb: 4 s and 850 MB each.
  if (changeOf("dist/daemon.js") > 0 && changeOf("dist/pgdata.pack.br") === 0)
    execFileSync("npm", ["run", "template", "--silent"], { cwd: root, stdio: "inherit" });
}

function bundle(): void {
  if (lastChange() < changeOf("dist/main.js")) return;
  try {
    execFileSync("npm", ["run", "bundle", "--silent"], { cwd: root, stdio: "inherit" });
  } catch {
    // Tests that start the program must not start an old one; the others still have something to tell.
    rmSync(path.join(root, "dist/main.js"), { force: true });
  }
}

function lastChange(): number {
  const sources = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" });
  return Math.max(changeOf("package.json"), ...sources.map((file) => changeOf(path.join("src", file))));
}

function changeOf(file: string): number {
  return statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
