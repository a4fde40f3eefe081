// Bundles the tests and the little application into a folder of its own and runs them.
//   TOCSIN_BUILD  the directory with tocsind and tocsinctl; without it only what needs no daemon is tested
// Arguments go to node, such as --test-reporter=FILE.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const work = mkdtempSync(join(here, "..", "node_modules", ".test-")); // beside the packages, so that they are found
const all = { bundle: true, format: "esm", jsx: "automatic", logLevel: "warning" };
let status = 1;
try {
  await build({ ...all, entryPoints: [join(here, "app.tsx")], outdir: work, platform: "browser", target: "es2020", define: { "process.env.NODE_ENV": '"production"' } });
  const files = ["unit.test.ts", ...(process.env.TOCSIN_BUILD ? ["browser.test.mjs"] : [])];
  const contents = files.map((name) => `import "./${name}";\n`).join("");
  await build({ ...all, stdin: { contents, resolveDir: here }, outfile: join(work, "tests.mjs"), platform: "node", target: "node18", packages: "external", sourcemap: "inline" });
  status = spawnSync(process.execPath, ["--enable-source-maps", ...process.argv.slice(2), join(work, "tests.mjs")], { stdio: "inherit", env: { ...process.env, TOCSIN_APP: work, NODE_NO_WARNINGS: "1" } }).status ?? 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = status;
