// A real tocsind and, on another port, a host application in Chromium. Everything listens on loopback; the daemon watches a
// gauge that the tests set. TOCSIN_BUILD holds tocsind and tocsinctl, TOCSIN_APP the bundled application.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const build = process.env.TOCSIN_BUILD, app = process.env.TOCSIN_APP;
const seconds = 1000, attached = { state: "attached" }, hostile = "<img src=x onerror=alert(1)>";
const depth = new Map(), tokens = {}, servers = [];
let work, daemon, daemonUrl, browser, listed, unlisted;

async function serve(answer) {
  const server = http.createServer(answer);
  servers.push(server);
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${server.address().port}`;
}

function metrics(_, response) {
  const lines = [...depth].map(([queue, value]) => `queue_depth{queue="${queue}"} ${value}\n`);
  response.end(`# TYPE queue_depth gauge\n${lines.join("")}`);
}

function page(request, response) {
  const [, name] = /^\/(app\.(?:js|css))$/.exec(request.url) ?? [];
  response.setHeader("Content-Type", name?.endsWith("js") ? "text/javascript" : name ? "text/css" : "text/html");
  response.end(name ? readFileSync(join(app, name)) : '<!doctype html><title>host</title><link rel="stylesheet" href="app.css"><div id="app"></div><script type="module" src="app.js"></script>');
}

const config = (exporter) => `
cors_origins = [ "${listed}" ];
tokens_file = "${work}/tokens";
external_url = "https://tocsin.example.com/";
sources = ( { name = "queues"; kind = "openmetrics"; interval = "200ms"; url = "${exporter}/metrics"; } );
rules = ( { name = "QueueDepth"; kind = "threshold"; metric = "queue_depth";
    levels = ( { severity = "warning"; raise = 10; clear = 5; }, { severity = "critical"; raise = 100; clear = 50; } );
    annotations = { summary = "{{labels.queue}} ${hostile}"; }; } );
receivers = ( { name = "page"; toast = ( {} ); } );
route = { receiver = "page"; group_by = [ "queue" ]; group_wait = "0s"; group_interval = "1s"; repeat_interval = "4h"; };
`;

async function startDaemon(port = 0) {
  const log = openSync(join(work, "tocsind.log"), "a");
  daemon = spawn(join(build, "tocsind"), ["--config", join(work, "tocsin.conf"), "--listen", `127.0.0.1:${port}`, "--state", join(work, "state")], { stdio: ["ignore", "pipe", log] });
  let said = "";
  for await (const piece of daemon.stdout) {
    said += piece;
    if (/http:\/\/\S+\n/.test(said)) break;
  }
  daemonUrl = /http:\/\/[^/\s]+/.exec(said)?.[0];
  assert.ok(daemonUrl, `tocsind did not start: ${readFileSync(join(work, "tocsind.log"), "utf8")}`);
}

before(async () => {
  work = mkdtempSync(join(tmpdir(), "tocsin-react-"));
  for (const queue of ["orders", "payments", "invoices"]) depth.set(queue, 0);
  [listed, unlisted] = [await serve(page), await serve(page)];
  for (const role of ["viewer", "responder"]) tokens[role] = execFileSync(join(build, "tocsinctl"), ["token", "new", "--role", role, "--name", `a-${role}`, "--file", join(work, "tokens")], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  writeFileSync(join(work, "tocsin.conf"), config(await serve(metrics)));
  await startDaemon();
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
});

after(async () => {
  await browser?.close();
  if (daemon?.exitCode === null) {
    const ended = new Promise((done) => daemon.once("exit", done));
    daemon.kill("SIGTERM");
    await ended;
  }
  for (const server of servers) server.close();
  if (work) rmSync(work, { recursive: true, force: true });
});

async function open(origin, token) {
  const tab = await browser.newPage();
  tab.setDefaultTimeout(15 * seconds);
  tab.errors = [];
  tab.on("pageerror", (error) => tab.errors.push(error));
  await tab.clock.install();
  await tab.goto(`${origin}/?url=${encodeURIComponent(daemonUrl)}&token=${token}`);
  return tab;
}

async function openLive(token) {
  const tab = await open(listed, token);
  await tab.waitForSelector('.tocsin-toasts[data-status="live"]', attached);
  return tab;
}

const toast = (tab, queue, kind) => tab.locator(`.tocsin-toast[data-kind="${kind}"]`, { hasText: queue });

async function acknowledged(queue) {
  const answer = await fetch(`${daemonUrl}/api/v1/alerts`, { headers: { Authorization: `Bearer ${tokens.viewer}` } });
  return (await answer.json()).items.find((one) => one.labels.queue === queue)?.acknowledged?.by;
}

test("a critical toast comes to an application of another origin, as text, in the assertive region, without taking the focus", async () => {
  const tab = await openLive(tokens.responder);
  await tab.fill("input", "half a sentence");
  depth.set("orders", 1000);
  const card = toast(tab, "orders", "fired");
  await card.waitFor();
  assert.match(await card.innerText(), /<img src=x onerror=alert\(1\)>/);
  assert.equal(await tab.locator('[role="alert"] .tocsin-toast').count(), 1);
  assert.equal(await tab.evaluate(() => document.activeElement.tagName), "INPUT");
  assert.match(await card.getByRole("link", { name: "Open" }).getAttribute("href"), /^https:\/\/tocsin\.example\.com\//);
  assert.deepEqual(await tab.evaluate(() => window.heard), ["firing"]);

  depth.set("orders", 0);
  await toast(tab, "orders", "ended").waitFor();
  assert.equal(await tab.locator(".tocsin-toast").count(), 1, "its end stands in its place");
  await tab.hover(".tocsin-toast");
  await tab.clock.runFor(20 * seconds);
  assert.equal(await tab.locator(".tocsin-toast").count(), 1, "its time stands still under the pointer");
  await tab.focus(".tocsin-close");
  await tab.mouse.move(0, 0);
  await tab.clock.runFor(20 * seconds);
  assert.equal(await tab.locator(".tocsin-toast").count(), 1, "and with the focus in it, wherever the pointer goes");
  await tab.focus("input");
  await tab.clock.runFor(6 * seconds);
  await tab.locator(".tocsin-toast").waitFor({ state: "detached" });
  assert.deepEqual(tab.errors, []);
  await tab.close();
});

test("Ack works from another origin with a responder's token; a viewer sees no such button, and both see who took it", async () => {
  const [tab, other] = await Promise.all([openLive(tokens.responder), openLive(tokens.viewer)]);
  depth.set("payments", 1000);
  await Promise.all([toast(tab, "payments", "fired").waitFor(), toast(other, "payments", "fired").waitFor()]);
  assert.equal(await other.getByRole("button", { name: "Ack" }).count(), 0);
  await toast(tab, "payments", "fired").getByRole("button", { name: "Ack" }).click();
  for (const one of [tab, other]) assert.match(await toast(one, "payments", "acknowledged").innerText(), /Acknowledged by a-responder/);
  assert.equal(await acknowledged("payments"), "a-responder");
  depth.set("payments", 0);
  await toast(tab, "payments", "ended").waitFor();
  assert.deepEqual([...tab.errors, ...other.errors], []);
  await tab.close();
  await other.close();
});

test("the daemon is killed and comes back: the end that came meanwhile replaces the toast, and nothing is told twice", async () => {
  const tab = await openLive(tokens.responder);
  depth.set("orders", 1000);
  await toast(tab, "orders", "fired").waitFor();
  const gone = new Promise((done) => daemon.once("exit", done));
  daemon.kill("SIGKILL");
  await gone;
  await tab.waitForSelector('.tocsin-toasts[data-status="waiting"]', attached);
  await tab.waitForFunction(() => document.querySelectorAll('.tocsin-toast[data-kind="fired"]').length === 1);
  depth.set("orders", 0);
  depth.set("payments", 1000);
  await startDaemon(new URL(daemonUrl).port);
  await Promise.all([toast(tab, "orders", "ended").waitFor(), toast(tab, "payments", "fired").waitFor()]);
  assert.deepEqual((await tab.evaluate(() => window.heard)).sort(), ["firing", "firing", "resolved"]);
  depth.set("payments", 0);
  await toast(tab, "payments", "ended").waitFor();
  assert.deepEqual(tab.errors, []);
  await tab.close();
});

test("an origin that is not on the list gets nothing, and a token that is not good is told apart", async () => {
  const stranger = await open(unlisted, tokens.responder), wrong = await open(listed, "tcs_wrong");
  const friend = await openLive(tokens.responder);
  await stranger.waitForSelector('.tocsin-toasts[data-status="waiting"]', attached);
  await wrong.waitForSelector('.tocsin-toasts[data-status="signed_out"]', attached);
  depth.set("invoices", 1000);
  await toast(friend, "invoices", "fired").waitFor();
  const read = await stranger.evaluate(([url, token]) => fetch(`${url}/api/v1/alerts`, { headers: { Authorization: `Bearer ${token}` } }).then(() => "read", () => "refused"), [daemonUrl, tokens.responder]);
  assert.equal(read, "refused");
  for (const tab of [stranger, wrong]) {
    assert.equal(await tab.locator(".tocsin-toast").count(), 0);
    assert.deepEqual(await tab.evaluate(() => window.heard), []);
  }
  for (const tab of [stranger, wrong, friend]) await tab.close();
});
