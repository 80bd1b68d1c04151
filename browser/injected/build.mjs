// Bundles the page scripts into browser/dist; with --check it only says whether the committed bundle is fresh.
import { build } from "esbuild";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "dist");
const check = process.argv.includes("--check");
let stale = false;

for (const entry of ["page", "capture", "chooser"]) {
  const result = await build({
    entryPoints: [join(here, "src", `${entry}.ts`)],
    bundle: true,
    format: "iife",
    target: "chrome110",
    minifySyntax: true,
    minifyWhitespace: true,
    charset: "utf8",
    legalComments: "none",
    write: false,
  });
  const text = result.outputFiles[0].text;
  const file = join(dist, `${entry}.js`);
  if (check) {
    let committed = "";
    try { committed = readFileSync(file, "utf8"); } catch { /* none yet: stale */ }
    if (committed !== text) { stale = true; console.error(`browser/dist/${entry}.js is stale: run 'make bundle'`); }
  } else {
    mkdirSync(dist, { recursive: true });
    writeFileSync(file, text);
  }
}
process.exit(stale ? 1 : 0);
