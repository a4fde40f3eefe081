import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { comesBack, config, count, isLive, pill, ready, row, test, toast, until } from "./harness.mjs";

const banner = (page) => page.locator(".banner", { hasText: "last known state" });

async function world(visit, more = {}) {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter, ...more }));
  return { exporter, daemon };
}

// Every toast that ever was in the page, by its text.
async function recordToasts(context) {
  await context.addInitScript(() => {
    window.toastsSeen = [];
    const seen = new WeakSet();
    new MutationObserver(() => {
      for (const one of document.querySelectorAll(".toasts .toast:not(.line)"))
        if (!seen.has(one)) {
          seen.add(one);
          window.toastsSeen.push(one.querySelector("h2").textContent + " " + (one.querySelector("p b")?.textContent ?? ""));
        }
    }).observe(document, { childList: true, subtree: true });
  });
}

const seen = (page, connector) => page.evaluate((name) => window.toastsSeen.filter((text) => text.startsWith("Critical") && text.endsWith(name)).length, connector);

test("kill -9 and a restart with three tabs open: banner, back to live, no toast missed and none doubled", async (visit) => {
  const { exporter, daemon } = await world(visit);
  const context = await visit.context();
  await recordToasts(context);
  const pages = [await context.newPage(), await context.newPage(), await context.newPage()];
  for (const page of pages) {
    await page.goto(daemon.url);
    await isLive(page);
  }
  exporter.set("before", 500);
  for (const page of pages) await toast(page, "before").waitFor();
  await daemon.kill();
  for (const page of pages) await banner(page).waitFor();
  for (const page of pages) assert.equal(await page.getByText("All clear").count(), 0);
  exporter.set("during", 500);
  await daemon.start();
  for (const page of pages) {
    await isLive(page, comesBack);
    await toast(page, "during").waitFor();
    await count(banner(page), 0, "banners");
  }
  exporter.set("after", 500);
  for (const page of pages) {
    await toast(page, "after").waitFor();
    for (const name of ["before", "during", "after"]) assert.equal(await seen(page, name), 1, `toasts of ${name} among ${await page.evaluate(() => window.toastsSeen)}`);
    for (const name of ["before", "during", "after"]) await count(row(page, name), 1, `rows of ${name}`);
  }
}, 120);

test("all clear is said while live, and unknown once the daemon is gone", async (visit) => {
  const { daemon } = await world(visit);
  const page = await visit.page(daemon.url);
  await page.getByRole("heading", { name: /^All clear/ }).waitFor();
  await daemon.kill();
  await page.getByRole("heading", { name: "Unknown" }).waitFor();
  await count(page.getByText("All clear"), 0, "all clear");
  assert.ok((await page.title()).startsWith("(?) "), await page.title());
});

test("a snapshot of before is never called all clear: not while the new one cannot be read", async (visit) => {
  const { exporter, daemon } = await world(visit), proxy = await visit.proxy(daemon);
  const page = await visit.page(proxy.url), clear = page.getByRole("heading", { name: /^All clear/ });
  await clear.waitFor();
  await daemon.kill();
  await count(clear, 0, "all clear");
  rmSync(join(daemon.directory, "state"), { recursive: true });
  exporter.set("orders", 500);
  proxy.refuses = /api\/v1\/alerts\?/;
  await daemon.start(); // another log: what the page has is worth nothing
  await page.locator(".banner", { hasText: "could not be read" }).waitFor(comesBack);
  assert.equal(await clear.count(), 0);
  assert.ok((await page.title()).startsWith("(?) "), await page.title());
  proxy.refuses = null;
  await ready(page, "orders");
  await count(page.locator(".banner", { hasText: "could not be read" }), 0, "banners");
}, 120);

test("what came while the page was away is in the feed, though news comes before it is read", async (visit) => {
  const { exporter, daemon } = await world(visit), proxy = await visit.proxy(daemon);
  const page = await visit.page(proxy.url), feed = () => page.evaluate(() => JSON.parse(localStorage.getItem("tocsin.feed") ?? "{}"));
  await isLive(page);
  await until(async () => (await feed()).epoch, "the feed has begun");
  await page.goto("about:blank");
  await until(() => proxy.open === 0, "no stream");
  exporter.set("missed", 500);
  await until(async () => (await daemon.api("api/v1/events?after=0&limit=1000")).items.some(({ toast: one }) => one?.title.includes("missed")), "it was told");
  proxy.holds = /api\/v1\/alerts\?/;
  proxy.refuses = /api\/v1\/events/; // and the log cannot be read at first
  await page.goto(proxy.url);
  await until(() => proxy.open === 1 && proxy.held.length > 0, "the stream runs, the list waits");
  exporter.set("fresh", 500);
  await toast(page, "fresh").waitFor();
  proxy.release();
  await ready(page, "missed");
  await until(() => proxy.requests.some((one) => one.includes("/api/v1/events")), "it was asked for");
  proxy.refuses = null;
  await until(async () => (await feed()).entries.length === 2, "both are in the feed");
});

test("503 from a proxy for a while, then back by itself", async (visit) => {
  const { exporter, daemon } = await world(visit), proxy = await visit.proxy(daemon);
  const page = await visit.page(proxy.url);
  await isLive(page);
  proxy.mode = "down";
  proxy.cut();
  await banner(page).waitFor();
  const tries = () => proxy.requests.filter((one) => one.includes("/api/v1/stream")).length, before = tries();
  await until(() => tries() > before, "it tries again");
  proxy.mode = "pass";
  await isLive(page, comesBack);
  exporter.set("orders", 500);
  await row(page, "orders").waitFor();
  await toast(page, "orders").waitFor();
}, 120);

test("a proxy that holds the stream back: polled, said so, and nothing is missed", async (visit) => {
  const { exporter, daemon } = await world(visit), proxy = await visit.proxy(daemon);
  proxy.mode = "hold";
  const page = await visit.page(proxy.url);
  await pill(page).filter({ hasText: "Polled" }).waitFor({ timeout: 60_000 });
  assert.match(await pill(page).getAttribute("title"), /proxy/i);
  exporter.set("orders", 500);
  await row(page, "orders").waitFor(comesBack); // now and then it tries a stream again in place of asking
  await toast(page, "orders").waitFor();
}, 150);

test("twelve tabs load, over one stream", async (visit) => {
  const { exporter, daemon } = await world(visit), proxy = await visit.proxy(daemon);
  const context = await visit.context(), pages = [];
  for (let i = 0; i < 12; i++) {
    const page = await context.newPage();
    await page.goto(proxy.url);
    await isLive(page);
    pages.push(page);
  }
  assert.equal(proxy.open, 1);
  exporter.set("orders", 500);
  for (const page of pages) await row(page, "orders").waitFor();
});

test("without shared workers each tab has its own link, and lets it go while hidden", async (visit) => {
  const { exporter, daemon } = await world(visit), proxy = await visit.proxy(daemon);
  const context = await visit.context();
  await context.addInitScript(() => { delete window.SharedWorker; });
  const page = await context.newPage();
  await page.goto(proxy.url);
  await isLive(page);
  await until(() => proxy.open === 1, "one stream");
  const hide = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    Object.defineProperty(document, "visibilityState", { value: value ? "hidden" : "visible", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  await hide(true);
  await until(() => proxy.open === 0, "no stream while hidden");
  exporter.set("orders", 500);
  await daemon.alert("orders");
  await hide(false);
  await ready(page, "orders");
});

test("a daemon whose clock is two hours ahead: ages, toasts and the clock follow it", async (visit) => {
  const { exporter, daemon } = await world(visit), proxy = await visit.proxy(daemon);
  proxy.shift = 2 * 3_600_000;
  const page = await visit.page(proxy.url, { timezoneId: "UTC" });
  await isLive(page);
  exporter.set("orders", 500);
  await toast(page, "orders").waitFor();
  assert.match(await row(page, "orders").locator(".r-age").innerText(), /^\d{1,2} s$/);
  const shown = await page.locator(".clock time").getAttribute("datetime");
  assert.ok(Math.abs(Date.parse(shown) - Date.now() - proxy.shift) < 60_000, shown);
});

test("no sign of life for a while: the pill says stale, and the banner since when", async (visit) => {
  const { exporter, daemon } = await world(visit), proxy = await visit.proxy(daemon);
  exporter.set("orders", 20);
  await daemon.alert("orders");
  const context = await visit.context(), page = await context.newPage();
  await page.clock.install();
  await page.goto(proxy.url);
  await ready(page, "orders");
  proxy.freeze(); // the worker's clock is the real one: no heartbeat of its may come between
  await page.clock.fastForward(50_000);
  await pill(page).filter({ hasText: /^Stale/ }).waitFor();
  await page.locator(".banner", { hasText: /Not live since \d\d:\d\d:\d\d/ }).waitFor();
  const age = () => row(page, "orders").locator(".r-age").innerText(), then = await age();
  await page.clock.fastForward(30_000);
  await pill(page).filter({ hasText: /^Stale 1 m/ }).waitFor();
  assert.equal(await age(), then, "ages stand still where nothing is known");
  await page.clock.fastForward(400_000);
  await pill(page).filter({ hasText: "Offline" }).waitFor();
});

test("10,000 alerts at once: one summary, three toasts at most, a bounded document, and the whole list in the end", async (visit) => {
  const { exporter, daemon } = await world(visit);
  const page = await visit.page(daemon.url);
  await isLive(page);
  for (let i = 0; i < 10_000; i++) exporter.set(`queue-${i}`, 500);
  await until(async () => (await page.locator(".top a.count.c-crit").innerText()).includes("10000"), "all of them are counted", 120);
  const toasts = await page.locator(".toast:not(.line)").count();
  assert.ok(toasts <= 3, `${toasts} toasts`);
  await page.locator(".toast", { hasText: "in a burst" }).waitFor();
  await page.mouse.move(700, 60);
  await until(async () => Number(await page.locator('[role="grid"]').getAttribute("aria-rowcount")) === 10_002, "all of them are in the list");
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  assert.ok(nodes < 4_000, `${nodes} nodes`);
  // An empty queue may be an answer from before, kept for whoever asks again; that so many were sent can not.
  await until(async () => (await daemon.api("api/v1/receivers")).items[0].integrations[0].sent_24h === 10_000, "every toast was told", 120);
  exporter.set("the-last", 500);
  await until(() => page.evaluate(() => JSON.parse(localStorage.getItem("tocsin.feed")).entries[0]?.title.includes("the-last")), "all of them came, and the last", 60);
  await isLive(page);
  await page.getByRole("button", { name: "Close all" }).click();
  await count(page.locator(".toast"), 0, "toasts");
}, 360);
