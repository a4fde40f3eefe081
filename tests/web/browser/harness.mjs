// What the browser tests share: a real tocsind, metrics that a test sets, a proxy that misbehaves, Chromium, and the rule that
// no test may break the page's Content-Security-Policy or throw in it. Everything listens on loopback; nothing waits for luck.
//   TOCSIN_BUILD  the build directory, with tocsind      TOCSIN_WEB  the folder with the page's node_modules
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import nodeTest, { after } from "node:test";

const require = createRequire(join(resolve(process.env.TOCSIN_WEB), "package.json"));
const { chromium } = require("playwright-core");
export const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
export const build = resolve(process.env.TOCSIN_BUILD);
export const shots = process.env.TOCSIN_SHOTS ? resolve(process.env.TOCSIN_SHOTS) : null; // pictures of every page go there
export const intranet = "tocsin.intranet"; // a plain host name that leads to this machine

if (shots) mkdirSync(shots, { recursive: true });

const work = mkdtempSync(join(tmpdir(), "tocsin-web-"));
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(work, { recursive: true, force: true });
});

const arguments_ = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
let browser = null;
async function theBrowser() {
  browser ??= await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...arguments_, `--host-resolver-rules=MAP ${intranet} 127.0.0.1`] });
  return browser;
}
after(async () => {
  await browser?.close();
  await shared?.stop();
});

// The first true value of look(), tried until the bound; then what was seen last is the failure.
export async function until(look, what, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (let last; ; ) {
    try {
      last = await look();
      if (last) return last;
    } catch (problem) {
      last = problem;
    }
    if (Date.now() > end) assert.fail(`${what}: not within ${seconds} s; last seen ${last instanceof Error ? last.message : JSON.stringify(last)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

// Prometheus text with the values that a test sets.
export class Exporter {
  values = new Map();
  polls = 0;

  async start() {
    this.server = http.createServer((_, response) => {
      this.polls++;
      response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4" });
      response.end(`# TYPE queue_depth gauge\n${[...this.values].map(([key, value]) => `${key} ${value}\n`).join("")}`);
    });
    await listen(this.server);
    this.url = `http://127.0.0.1:${this.server.address().port}/metrics`;
    return this;
  }

  set(labels, value) {
    const all = typeof labels === "string" ? { connector: labels } : labels;
    const text = Object.entries(all).map(([name, one]) => `${name}="${one.replace(/[\\"\n]/g, (c) => (c === "\n" ? "\\n" : `\\${c}`))}"`).join(",");
    this.values.set(`queue_depth{${text}}`, value);
  }

  stop() {
    close(this.server);
  }
}

function listen(server) {
  return new Promise((done) => server.listen(0, "127.0.0.1", done));
}

function close(server) {
  server.closeAllConnections();
  server.close();
}

export const rule = `{ name = "QueueDepth"; kind = "threshold"; metric = "queue_depth"; topic = "queue is deep";
    levels = ( { severity = "warning"; raise = 10; clear = 5; }, { severity = "critical"; raise = 100; clear = 50; } );
    annotations = { summary = "{{labels.connector}} holds {{value}} records"; runbook = "https://runbooks.example.com/queue"; }; }`;

export function config({ exporter, top = "", rules = rule, groupBy = "connector" }) {
  return `${top}
sources = ( { name = "queues"; kind = "openmetrics"; interval = "200ms"; url = "${exporter.url}"; labels = { cluster = "test"; }; } );
rules = ( ${rules} );
receivers = ( { name = "page"; toast = ( {} ); } );
route = { receiver = "page"; group_by = [ "${groupBy}" ]; group_wait = "0s"; group_interval = "1s"; repeat_interval = "4h"; };
`;
}

let directories = 0;

export class Daemon {
  constructor(text) {
    this.directory = join(work, `daemon-${++directories}`);
    mkdirSync(this.directory);
    this.text = text;
    this.port = 0;
  }

  // Again on the same port with the same state, once it has been started.
  async start() {
    const file = join(this.directory, "tocsin.conf");
    if (this.text !== null) writeFileSync(file, this.text);
    const log = openSync(join(this.directory, "tocsind.log"), "a");
    this.child = spawn(join(build, "tocsind"), ["--listen", `127.0.0.1:${this.port}`, "--state", join(this.directory, "state"), ...(this.text === null ? ["--demo"] : ["--config", file])], {
      stdio: ["ignore", "pipe", log],
      env: { ...process.env, TOCSIN_LIBEXECDIR: build },
    });
    running.add(this.child);
    this.ended = new Promise((done) => this.child.once("exit", done)).then(() => running.delete(this.child));
    let said = "";
    this.child.stdout.on("data", (piece) => (said += piece));
    const found = await until(() => /http:\/\/[^/\s]+:(\d+)\//.exec(said) ?? (this.child.exitCode !== null && [null]), "tocsind starts");
    assert.ok(found[1], `tocsind did not start: ${readFileSync(join(this.directory, "tocsind.log"), "utf8").slice(-2000)}`);
    this.port = Number(found[1]);
    this.url = `http://127.0.0.1:${this.port}/`;
    return this;
  }

  async kill() {
    process.kill(this.child.pid, "SIGKILL");
    await this.ended;
  }

  async stop() {
    if (this.child?.exitCode === null && this.child.signalCode === null) this.child.kill("SIGTERM");
    await this.ended;
  }

  async api(path, init = {}) {
    const headers = init.body ? { "Content-Type": "application/json", ...init.headers } : init.headers;
    const response = await fetch(this.url + path, { ...init, headers, body: init.body && JSON.stringify(init.body) });
    assert.ok(response.ok, `${path}: ${response.status}`);
    return response.json();
  }

  async alerts() {
    return (await this.api("api/v1/alerts?limit=1000")).items;
  }

  alert(connector) {
    return until(async () => (await this.alerts()).find(({ labels }) => labels.connector === connector), `an alert of ${connector}`);
  }
}

// Between browser and daemon. mode: pass, down (503 to everything), hold (an event stream's bytes are kept back for ever).
export class Proxy {
  mode = "pass";
  prefix = ""; // taken off what is asked for
  shift = 0; // msec put onto every time in what is answered
  refuses = null; // what matches is answered 503
  holds = null; // what matches waits until release()
  held = [];
  streams = new Map(); // what a stream comes from, and where it goes
  open = 0; // streams at this moment
  requests = [];

  async start() {
    this.server = http.createServer((request, response) => this.pass(request, response));
    await listen(this.server);
    this.port = this.server.address().port;
    this.url = `http://127.0.0.1:${this.port}/`;
    return this;
  }

  pass(request, response) {
    this.requests.push(`${request.method} ${request.url}`);
    if (this.mode === "down" || this.refuses?.test(request.url)) return response.writeHead(503).end();
    if (this.holds?.test(request.url)) return this.held.push(() => this.forward(request, response));
    this.forward(request, response);
  }

  release() {
    this.holds = null;
    for (const go of this.held.splice(0)) go();
  }

  forward(request, response) {
    const path = request.url.startsWith(this.prefix) ? request.url.slice(this.prefix.length).replace(/^(?!\/)/, "/") : request.url;
    const headers = { ...request.headers };
    if (this.shift) delete headers["accept-encoding"];
    const onward = http.request({ host: "127.0.0.1", port: new URL(this.target).port, method: request.method, path, headers }, (answer) => this.answer(answer, response));
    onward.on("error", () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  }

  answer(answer, response) {
    const stream = /event-stream/.test(answer.headers["content-type"]);
    const headers = { ...answer.headers };
    if (this.shift) delete headers["content-length"];
    response.writeHead(answer.statusCode, headers);
    answer.on("error", () => response.destroy());
    if (stream) {
      this.open++;
      this.streams.set(answer, response);
      response.on("close", () => {
        this.open--;
        this.streams.delete(answer);
      });
    }
    if (stream && this.mode === "hold") return response.flushHeaders();
    if (!this.shift || !/json|event-stream/.test(answer.headers["content-type"])) return answer.pipe(response);
    let rest = "";
    answer.setEncoding("utf8");
    answer.on("data", (piece) => {
      const lines = (rest + piece).split("\n");
      rest = lines.pop();
      for (const line of lines) response.write(`${this.shifted(line)}\n`);
    });
    answer.on("end", () => response.end(this.shifted(rest)));
  }

  shifted(text) {
    return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (time) => new Date(Date.parse(time) + this.shift).toISOString());
  }

  // The streams stay open, and say nothing more.
  freeze() {
    for (const [answer, response] of this.streams) answer.unpipe(response);
  }

  cut() {
    this.server.closeAllConnections();
  }

  stop() {
    close(this.server);
  }
}

// One test's visit: what it started ends with it; what went wrong in any of its pages fails it.
class Visit {
  problems = [];
  ends = [];

  async exporter() {
    return this.keep(await new Exporter().start());
  }

  async daemon(text) {
    return this.keep(await new Daemon(text).start());
  }

  async proxy(daemon) {
    const proxy = this.keep(await new Proxy().start());
    proxy.target = daemon?.url;
    return proxy;
  }

  keep(one) {
    this.ends.push(() => one.stop());
    return one;
  }

  // A browser of its own: storage, shared worker, cookies.
  async context({ preferences = {}, ...options } = {}) {
    const context = await (await theBrowser()).newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", timezoneId: "Europe/Berlin", reducedMotion: "reduce", ...options });
    context.setDefaultTimeout(15_000);
    this.ends.push(() => context.close());
    await context.addInitScript((wanted) => {
      if (!/^http/.test(location.protocol)) return; // about:blank
      addEventListener("securitypolicyviolation", (event) => console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
      if (!localStorage.getItem("tocsin.preferences")) localStorage.setItem("tocsin.preferences", JSON.stringify(wanted));
    }, preferences);
    context.on("page", (page) => this.watch(page));
    return context;
  }

  watch(page) {
    page.on("pageerror", (error) => this.problems.push(`error in the page: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (/CSP |Content Security Policy|Trusted(HTML|Script)/.test(message.text())) this.problems.push(message.text());
    });
  }

  async page(url, options) {
    const page = await (await this.context(options)).newPage();
    await page.goto(url);
    return page;
  }

  async close() {
    for (const end of this.ends.reverse()) await end();
  }
}

export function test(name, run, seconds = 60) {
  nodeTest(`page: ${name}`, { timeout: seconds * 1000 }, async () => {
    const visit = new Visit();
    try {
      await run(visit);
    } finally {
      await visit.close();
    }
    assert.deepEqual(visit.problems, []);
  });
}

// The demo is started once, and grows its history while other tests run.
let shared = null;
export async function demo() {
  shared ??= await new Daemon(null).start();
  return shared;
}

export const row = (page, connector) => page.locator(".row", { has: page.locator(`a:text-is(${JSON.stringify(connector)})`) });
export const toast = (page, text) => page.locator(".toast:not(.line)", { hasText: text });
export const pill = (page) => page.locator(".pill").first();

// A page that has failed a few times waits up to 30 s before it tries again.
export const comesBack = { timeout: 45_000 };

export async function isLive(page, patience = {}) {
  await pill(page).filter({ hasText: "Live" }).waitFor(patience);
}

// The list, and the pill that says Live.
export async function ready(page, connector) {
  await isLive(page);
  if (connector) await row(page, connector).waitFor();
}

export async function count(locator, wanted, what, seconds = 15) {
  await until(async () => (await locator.count()) === wanted, `${what}: ${wanted}`, seconds);
}
