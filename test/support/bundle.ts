import { execFileSync } from "node:child_process";
import { readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");

/** Runs once before all tests: those that start the program start what is in `src` now. */
export default function setUp(): void {
  bundle();
  // A new embedded store unpacks it, tables and all.
  const template = changeOf("dist/pgdata.pack.br");
  if (changeOf("dist/daemon.js") > 0 && lastChange("prisma/migrations") > template)
    execFileSync("npm", ["run", "template", "--silent"], { cwd: root, stdio: "inherit" });
}

function bundle(): void {
  const sources = Math.max(changeOf("package.json"), changeOf("bin/build.mjs"), lastChange("src"));
  if (sources < changeOf("dist/main.js")) return;
  try {
    execFileSync("npm", ["run", "bundle", "--silent"], { cwd: root, stdio: "inherit" });
  } catch {
    // Tests that start the program must not start an old one; the others still have something to tell.
    rmSync(path.join(root, "dist/main.js"), { force: true });
  }
}

function lastChange(folder: string): number {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" });
  return Math.max(changeOf(folder), ...files.map((file) => changeOf(path.join(folder, file))));
}

function changeOf(file: string): number {
  return statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
