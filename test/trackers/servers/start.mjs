import { rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

// Node 20 runs no TypeScript. The bundle lies inside the repository, so that it finds its packages.
const outfile = path.join(import.meta.dirname, "../../../.cache/test", `tracker-server-${process.pid}.mjs`);
await build({
  entryPoints: [path.join(import.meta.dirname, "start.ts")],
  outfile,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  packages: "external",
  conditions: ["preloop-src"],
  logLevel: "warning",
});
await import(pathToFileURL(outfile).href);
rmSync(outfile);
