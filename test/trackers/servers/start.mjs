import { rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bundleSource } from "../../support/bundle-source.mjs";

const bundle = await bundleSource(
  path.join(import.meta.dirname, "start.ts"),
  `tracker-server-${process.pid}`,
);
await import(pathToFileURL(bundle).href);
rmSync(bundle);
