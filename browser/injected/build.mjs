// Bundles the page scripts into browser/dist and the extension's into browser/extension; with --check it only says
// whether the committed bundles are fresh.
import { build } from "esbuild";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const bundles = [
  ...["page", "capture", "chooser", "exam"].map((name) => ({ entry: `${name}.ts`, file: `dist/${name}.js` })),
  ...["content", "page-world", "worker", "popup"].map((name) => ({ entry: `extension/${name}.ts`, file: `extension/${name}.js` })),
];
const check = process.argv.includes("--check");
let stale = false;

for (const { entry, file } of bundles) {
  const result = await build({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    inject: [join(here, "src", "globals.ts")],
    format: "iife",
    target: "chrome110",
    minifySyntax: true,
    minifyIdentifiers: true,
    minifyWhitespace: true,
    charset: "utf8",
    legalComments: "none",
    write: false,
  });
  const text = result.outputFiles[0].text;
  const path = join(here, "..", file);
  if (check) {
    let committed = "";
    try { committed = readFileSync(path, "utf8"); } catch { /* none yet: stale */ }
    if (committed !== text) { stale = true; console.error(`browser/${file} is stale: run 'make bundle'`); }
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
process.exit(stale ? 1 : 0);
