// Makes dist out of src: the program and the embedded store's background process, with the chunks they share.
//   npm run bundle [-- --outdir=FOLDER] [-- --metafile=FILE]
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const root = path.join(import.meta.dirname, "..");

/**
 * The dependencies that come inside the bundle, as every start loads them or as each is dozens of small packages: read
 * in one piece they cost a fraction of the time. All others are loaded from node_modules, and only when they are needed.
 */
const BUNDLED = [
  "@marcbachmann/cel-js",
  "eventsource-parser",
  "jsonc-parser",
  "mdast-util-from-markdown",
  "mdast-util-gfm",
  "mdast-util-to-markdown",
  "micromark-extension-gfm",
  "zod",
];

const text = { type: "string" };
const { values: options } = parseArgs({ options: { outdir: text, metafile: text } });

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["src/cli/main.ts", "src/store/embedded/daemon.ts"],
  outdir: options.outdir ?? "dist",
  outbase: "src",
  entryNames: "[name]",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  conditions: ["preloop-src"],
  mainFields: ["module", "main"],
  jsx: "automatic",
  external: externals(),
  metafile: options.metafile !== undefined,
  logLevel: "warning",
});
if (metafile) writeFileSync(options.metafile, JSON.stringify(metafile));

/** What the bundle leaves to node_modules. To the bundler a package's name stands for all that lies in it, too. */
function externals() {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const strangers = BUNDLED.filter((name) => !(name in dependencies));
  if (strangers.length > 0)
    throw new Error(`Bundled, but not among the dependencies: ${strangers.join(", ")}`);
  return Object.keys(dependencies).filter((name) => !BUNDLED.includes(name));
}
