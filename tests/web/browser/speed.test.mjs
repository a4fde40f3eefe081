// 10,000 alerts in the browser. Figures go into the file TOCSIN_FIGURES, and never fail a test: they hang on the machine. What fails is
// the shape that makes it fast: few requests, few nodes.
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { config, ready, test, until } from "./harness.mjs";

const many = 10_000;

// In the page: the time until what run() changed is painted, and the longest frame while it is watched.
const tools = () => {
  const leastFrames = 20; // on a busy machine it takes longer
  window.painted = (run) => new Promise((done) => {
    const begun = performance.now();
    run();
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done(performance.now() - begun);
      channel.port2.postMessage(0);
    });
  });
  window.frames_ = (msec, each = () => {}) => new Promise((done) => {
    const begun = performance.now(), times = [];
    const next = (now) => {
      times.push(now);
      each(times.length);
      if (now - begun < msec || times.length < leastFrames) requestAnimationFrame(next);
      else done(times.slice(1).map((time, i) => time - times[i]));
    };
    requestAnimationFrame(next);
  });
};

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

// What the page's main thread worked meanwhile, in msec of CPU: other work on the machine is not in it.
async function worker(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const total = async () => (await session.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  return async (run) => {
    const before = await total(), wall = await run();
    return { wall, cpu: (await total()) - before };
  };
}

function figure(name, list, budget) {
  const wall = median(list.map((one) => one.wall)), cpu = median(list.map((one) => one.cpu));
  if (process.env.TOCSIN_FIGURES) appendFileSync(process.env.TOCSIN_FIGURES, `| ${name} | ${wall.toFixed(0)} ms | ${cpu.toFixed(0)} ms | ${budget} ms |\n`);
}

test("10,000 alerts: few requests, a bounded document, and figures", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter, groupBy: "alertname" })), proxy = await visit.proxy(daemon);
  for (let i = 0; i < many; i++) exporter.set(`queue-${i}`, i % 3 ? 20 : 500);
  await until(async () => (await daemon.api("api/v1/history/counts")).figures.still_open === many, "all alerts are there", 120);
  const context = await visit.context({ preferences: { toasts: "off" } }), page = await context.newPage();
  await page.addInitScript(tools);
  await page.goto(proxy.url);
  await ready(page);
  await until(async () => Number(await page.locator('[role="grid"]').getAttribute("aria-rowcount")) >= many, "the list is there", 60);
  const lists = proxy.requests.filter((one) => one.includes("/api/v1/alerts?") && !one.includes("state=pending"));
  assert.ok(lists.length <= many / 1000, `${lists.length} requests for the list`);
  const nodes = () => page.evaluate(() => document.querySelectorAll("*").length);
  assert.ok((await nodes()) < 3_000, `${await nodes()} nodes`);

  const measure = await worker(page), renders = [], keys = [], filters = [];
  for (let i = 0; i < 5; i++) {
    await page.evaluate(() => painted(() => document.querySelector('.tabs a[href$="rules"]').click()));
    await page.locator("h1", { hasText: "Rules" }).waitFor();
    renders.push(await measure(() => page.evaluate(() => painted(() => document.querySelector(".tabs a").click()))));
    await page.locator(".row").first().waitFor();
  }
  for (const text of ["c", "co", "connector=", "connector=queue-99"])
    keys.push(await measure(() => page.evaluate((value) => painted(() => {
      const input = document.querySelector(".query input");
      input.focus();
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, value);
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }), text)));
  await page.locator(".query input").fill("");
  await page.keyboard.press("Escape");
  for (let i = 0; i < 6; i++) filters.push(await measure(() => page.evaluate(() => painted(() => document.querySelector(".facet input").click()))));

  const scrolling = await measure(() => page.evaluate(() => frames_(2_000, () => scrollBy(0, 400)))), scrolled = scrolling.wall;
  assert.ok((await page.evaluate(() => scrollY)) > 5_000, "it scrolls");
  assert.ok((await nodes()) < 3_000, `${await nodes()} nodes after scrolling`);
  await page.evaluate(() => scrollTo(0, 0));
  const watched = measure(() => page.evaluate(() => frames_(3_000)));
  for (let i = 0; i < 100; i++) exporter.set(`queue-${i * 3 + 1}`, 500);
  const batch = await watched;
  await until(async () => page.evaluate(() => /3434/.test(document.querySelector(".top a.count.c-crit").textContent)), "a hundred more are critical", 60);

  figure("the list of 10,000 is rendered", renders, 100);
  figure("a key in the filter box", keys, 50);
  figure("a filter is set or taken away", filters, 50);
  figure("longest frame while scrolling for 2 s (CPU: the mean of a frame)", [{ wall: Math.max(...scrolled), cpu: scrolling.cpu / scrolled.length }], 50);
  figure("longest frame while 100 alerts get worse (CPU: all of it)", [{ wall: Math.max(...batch.wall), cpu: batch.cpu }], 50);
}, 400);
