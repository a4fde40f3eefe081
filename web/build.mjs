// Builds the page: bundles src/, names files by their content, compresses them, checks the budgets.
//   node build.mjs [--out DIR] [--report]
// DIR (default dist/) gets the files, each with .br and .gz beside it where that is smaller, and "manifest", one line a
// file: path, type, "immutable" or "revalidate", "initial" or "lazy", content hash, sizes as they are, in gzip, in brotli
// (0 = not smaller, no such file). The daemon's build makes its table from it.
import { build, transform } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const KB = 1024;
const BUDGET = { initial: 45 * KB, lazy: 25 * KB, total: 400 * KB };
const TYPES = {
  ".css": "text/css;charset=utf-8",
  ".html": "text/html;charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript;charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

const root = dirname(fileURLToPath(import.meta.url));
const flag = process.argv.indexOf("--out");
const out = resolve(flag > 0 ? process.argv[flag + 1] : join(root, "dist"));
const files = []; // { path, data, part }

const hash = (data) => createHash("sha256").update(data).digest("base64url").slice(0, 16);

function fail(message) {
  console.error(`build.mjs: ${message}`);
  process.exit(1);
}

// "name.css?sheet": the style of a part that is fetched later, as text for ui/sheet.ts.
const sheets = {
  name: "sheets",
  setup(plugin) {
    plugin.onResolve({ filter: /\.css\?sheet$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path.slice(0, -"?sheet".length)), namespace: "sheet" }));
    plugin.onLoad({ filter: /./, namespace: "sheet" }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

function bundle(entry, more) {
  return build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: "assets",
    target: "es2022",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".svg": "dataurl" },
    plugins: [sheets],
    legalComments: "none",
    logLevel: "warning",
    ...more,
  });
}

function take(result, partOf) {
  for (const file of result.outputFiles) {
    const path = `assets/${file.path.split("/").at(-1)}`;
    files.push({ path, data: Buffer.from(file.contents), part: partOf(path) });
  }
}

// What the entry's outputs need before anything shows: itself, its style, and what it imports statically.
function closure(outputs, name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const { path, kind } of outputs[name].imports) if (kind === "import-statement") closure(outputs, path, seen);
  return seen;
}

async function bundleWorker() {
  const result = await bundle("src/link/worker.ts", { format: "iife" });
  take(result, () => "initial");
  return Object.keys(result.metafile.outputs)[0];
}

async function bundlePage(worker) {
  const result = await bundle("src/main.tsx", {
    format: "esm",
    splitting: true,
    define: { WORKER_URL: JSON.stringify(worker) },
  });
  const { outputs } = result.metafile;
  const script = Object.keys(outputs).find((name) => outputs[name].entryPoint === "src/main.tsx");
  const style = outputs[script].cssBundle;
  const initial = closure(outputs, script);
  if (style) initial.add(style);
  const astray = Object.keys(outputs).find((name) => name.endsWith(".css") && name !== style);
  if (astray) fail(`${astray}: a part that is fetched later imports its style as "name.css?sheet"`);
  take(result, (path) => (initial.has(path) ? "initial" : "lazy"));
  const lazy = Object.keys(outputs)
    .filter((name) => outputs[name].entryPoint && name !== script)
    .map((name) => ({ name, needs: [...closure(outputs, name)].filter((need) => !initial.has(need)) }));
  const chunks = [...initial].filter((name) => name !== script && name !== style);
  return { script, style, chunks, lazy };
}

// index.html names its script by its source, and other files of src/ by their path; all become hashed names.
function page({ script, style, chunks }) {
  let html = readFileSync(join(root, "src/index.html"), "utf8");
  if (html.split('<base href="/">').length !== 2) fail('src/index.html needs <base href="/"> once: the daemon writes its prefix there');
  html = html.replace(/\b(src|href)="([^":]+)"/g, (whole, attribute, name) => {
    if (name === "main.tsx") return `${attribute}="${script}"`;
    const source = join(root, "src", name);
    if (name.startsWith("/") || !existsSync(source)) return whole;
    const data = readFileSync(source);
    const path = `assets/${name.split("/").at(-1).replace(/(\.\w+)$/, `-${hash(data)}$1`)}`;
    files.push({ path, data, part: "initial" });
    return `${attribute}="${path}"`;
  });
  const links = chunks.map((chunk) => `<link rel="modulepreload" href="${chunk}">\n`); // or they come one after another
  if (style) links.unshift(`<link rel="stylesheet" href="${style}">\n`);
  html = html.replace("</head>", `${links.join("")}</head>`);
  files.push({ path: "index.html", data: Buffer.from(html), part: "initial" });
}

function compress(file) {
  const text = /\.(css|html|js|json|svg)$/.test(file.path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: file.data.length };
  const smaller = (data) => (text && data.length < file.data.length ? data : null);
  file.br = smaller(brotliCompressSync(file.data, { params }));
  file.gz = smaller(gzipSync(file.data, { level: 9 }));
}

function write() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, "assets"), { recursive: true });
  const lines = files.map((file) => {
    const target = join(out, file.path);
    writeFileSync(target, file.data);
    if (file.br) writeFileSync(`${target}.br`, file.br);
    if (file.gz) writeFileSync(`${target}.gz`, file.gz);
    const type = TYPES[extname(file.path)] ?? fail(`${file.path}: no media type is known for this name`);
    const cache = file.path === "index.html" ? "revalidate" : "immutable";
    return [file.path, type, cache, file.part, hash(file.data), file.data.length, file.gz?.length ?? 0, file.br?.length ?? 0].join(" ");
  });
  writeFileSync(join(out, "manifest"), `${lines.join("\n")}\n`);
}

const brotli = (file) => (file.br ?? file.data).length;
const sum = (list, size) => list.reduce((total, file) => total + size(file), 0);
// What the daemon embeds (api/embed.sh): a file that is there in gzip only in its encodings, index.html in all.
const every = (file) => (file.gz && file.path !== "index.html" ? 0 : file.data.length) + (file.gz?.length ?? 0) + (file.br?.length ?? 0);

function budgets(lazy) {
  const rows = [["initial, brotli", sum(files.filter((file) => file.part === "initial"), brotli), BUDGET.initial]];
  for (const { name, needs } of lazy) rows.push([`${name}, brotli`, sum(files.filter((file) => needs.includes(file.path)), brotli), BUDGET.lazy]);
  rows.push(["all that is embedded", sum(files, every), BUDGET.total]);
  return rows;
}

function print(rows) {
  const line = (cells) => console.log(cells.map((cell, i) => (i ? String(cell).padStart(9) : String(cell).padEnd(44))).join(""));
  line(["file", "bytes", "gzip", "brotli", "part"]);
  for (const file of files) line([file.path, file.data.length, file.gz?.length ?? "-", file.br?.length ?? "-", file.part]);
  line(["budget", "bytes", "at most"]);
  for (const row of rows) line(row);
}

const names = await bundlePage(await bundleWorker());
page(names);
files.sort((a, b) => (a.path < b.path ? -1 : 1));
files.forEach(compress);
const rows = budgets(names.lazy);
const over = rows.filter(([, size, limit]) => size > limit);
if (process.argv.includes("--report") || over.length) print(rows);
if (over.length) fail(`over budget: ${over.map(([name]) => name).join("; ")}`);
write();
