// A night in a minute: alerts come and go, pages are walked through. What the page keeps is bounded: its heap, nodes and listeners
// stand where they stood once its bounds were reached.
import assert from "node:assert/strict";
import { config, count, isLive, test, until } from "./harness.mjs";

const alerts = 25, warmUp = 10, rounds = 20; // the warm-up ends more alerts than the page remembers

async function kept(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.enable");
  for (let i = 0; i < 3; i++) await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  const of = (name) => metrics.find((one) => one.name === name).value;
  return { heap: of("JSHeapUsedSize"), nodes: of("Nodes"), listeners: of("JSEventListeners") };
}

test("the page's memory, nodes and listeners are flat over many alerts and pages", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter }));
  const page = await visit.page(daemon.url, { preferences: { sound: "all", desktop: true } });
  await isLive(page);
  let name = 0; // new ones each time: what comes and goes again and again would flap
  const round = async () => {
    const names = Array.from({ length: alerts }, () => `queue-${name++}`);
    names.forEach((one, i) => exporter.set(one, i % 2 ? 20 : 500));
    await count(page.locator(".row:not(.over)"), alerts, "rows", 60);
    await page.locator(".row a").first().click();
    await page.locator(".chart, .bands").first().waitFor();
    for (const one of names) exporter.set(one, 0);
    for (const name of ["History", "Rules", "Connectors", "Delivery", "Status", "Alerts"]) {
      await page.locator(".tabs").getByRole("link", { name }).click();
      await page.locator("h1", { hasText: name }).waitFor();
    }
    await page.getByRole("heading", { name: /^All clear/ }).waitFor({ timeout: 60_000 });
  };
  for (let i = 0; i < warmUp; i++) await round();
  const before = await kept(page);
  for (let i = 0; i < rounds; i++) await round();
  const after = await kept(page), grown = Object.fromEntries(Object.keys(after).map((name) => [name, after[name] - before[name]]));
  assert.ok(grown.heap < 3e6 && after.heap < 60e6, `heap ${before.heap}, then ${after.heap}`);
  assert.ok(grown.nodes < 500, `nodes ${before.nodes}, then ${after.nodes}`);
  assert.ok(grown.listeners < 50, `listeners ${before.listeners}, then ${after.listeners}`);
  await until(async () => (await daemon.alerts()).length === 0, "all is over");
}, 600);
