// Bundles the unit tests with the page's sources: node bundle.mjs WEB OUT
// WEB is the folder in which the page was built (it has the node_modules); node 18 runs no TypeScript by itself.
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [web, out] = process.argv.slice(2).map((path) => resolve(path));
const here = join(dirname(fileURLToPath(import.meta.url)), "unit");
const { build } = createRequire(join(web, "package.json"))("esbuild");
const files = readdirSync(here).filter((name) => name.endsWith(".test.ts")).sort();

await build({
  stdin: { contents: ["./environment.ts", ...files.map((name) => `./${name}`)].map((name) => `import "${name}";\n`).join(""), resolveDir: here, loader: "ts" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node18",
  jsx: "automatic",
  jsxImportSource: "preact",
  nodePaths: [join(web, "node_modules")],
  sourcemap: "inline",
  define: { WORKER_URL: '"worker.js"' },
  outfile: out,
  logLevel: "warning",
});
