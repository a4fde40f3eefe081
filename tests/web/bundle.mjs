// Bundles the unit tests with the page's sources: node bundle.mjs WEB OUT
// WEB is the folder in which the page was built (it has the node_modules); node 18 runs no TypeScript by itself.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [web, out] = process.argv.slice(2).map((path) => resolve(path));
const here = join(dirname(fileURLToPath(import.meta.url)), "unit"), source = resolve(here, "../../../web/src");
const { build } = createRequire(join(web, "package.json"))("esbuild");

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield path;
  }
}

// "catalogues": every file that calls words('part', en), so that no part can be forgotten.
const catalogues = {
  name: "catalogues",
  setup(plugin) {
    plugin.onResolve({ filter: /^catalogues$/ }, () => ({ path: "catalogues", namespace: "catalogues" }));
    plugin.onLoad({ filter: /./, namespace: "catalogues" }, () => {
      const parts = [...files(source)].flatMap((path) => (/\.tsx?$/.test(path) ? [...readFileSync(path, "utf8").matchAll(/\bwords\('(\w+)', en\)/g)].map((found) => [found[1], path]) : []));
      const lines = parts.map(([part, path]) => `import { en as ${part} } from ${JSON.stringify(path)};\n`);
      return { contents: `${lines.join("")}export const english = { ${parts.map(([part]) => part).join(", ")} };`, resolveDir: source, loader: "js" };
    });
  },
};

const tests = readdirSync(here).filter((name) => name.endsWith(".test.ts")).sort();
await build({
  stdin: { contents: ["./environment.ts", ...tests.map((name) => `./${name}`)].map((name) => `import "${name}";\n`).join(""), resolveDir: here, loader: "ts" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node18",
  jsx: "automatic",
  jsxImportSource: "preact",
  nodePaths: [join(web, "node_modules")],
  plugins: [catalogues],
  sourcemap: "inline",
  define: { WORKER_URL: '"worker.js"' },
  outfile: out,
  logLevel: "warning",
});
