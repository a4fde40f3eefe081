import assert from "node:assert/strict";
import { config, count, isLive, row, rule, test, until } from "./harness.mjs";

const slow = `{ name = "SlowQueue"; kind = "threshold"; metric = "queue_depth"; match = "connector='slow'"; for = "1h"; levels = ( { severity = "critical"; raise = 10; clear = 5; } ); }`;

test("what is pending is listed without a box, an acknowledgement or a page of its own, and is no open alert", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter, rules: `${rule}, ${slow}` }));
  exporter.set("slow", 500);
  exporter.set("orders", 500);
  await daemon.alert("orders");
  const page = await visit.page(`${daemon.url}?q=${encodeURIComponent('alertname="SlowQueue"')}`), pending = page.locator(".row", { hasText: "Pending" });
  await pending.waitFor();
  assert.equal(await pending.locator("input, a").count(), 0);
  assert.equal(await page.locator(".row").count(), 1);
  await page.locator(".facet label", { hasText: "Pending" }).getByText("1").waitFor();
  await until(async () => (await page.title()).startsWith("(2!) "), "two critical alerts nobody has: the third only may become one");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("a");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".bulk, dialog[open]").count(), 0);
  assert.match(page.url(), /\/\?q=/, "there is no page to go to");
  assert.equal(await pending.locator(".c-crit", { hasText: "Nobody" }).count(), 0);
});

test("a filter and its grouping are kept under a name, in a dialog of the page", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter }));
  exporter.set("orders", 500);
  exporter.set("small", 20);
  const page = await visit.page(`${daemon.url}?q=severity%3Dcritical&group=cluster`);
  await isLive(page);
  await row(page, "orders").waitFor();
  await page.getByRole("button", { name: /^View/ }).click();
  await page.getByRole("button", { name: "Save this view" }).click();
  await page.getByLabel("Name of the view").fill("Night");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "View Night" }).click();
  await page.getByRole("button", { name: "All", exact: true }).click();
  await row(page, "small").waitFor();
  await page.reload();
  await page.getByRole("button", { name: "View All" }).click();
  await page.getByRole("button", { name: "Night", exact: true }).click();
  await until(async () => (await page.locator(".row").count()) === 1, "only what the view lets through");
  assert.match(page.url(), /group=cluster/);
});

test("after an absence one line tells what happened, and the list shows only that", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter }));
  exporter.set("old", 500);
  await daemon.alert("old");
  const context = await visit.context(), page = await context.newPage();
  await page.goto(daemon.url);
  await row(page, "old").waitFor();
  const kept = await until(async () => page.evaluate(() => localStorage.getItem("tocsin.feed")), "the feed is kept");
  await page.goto("about:blank");
  exporter.set("fresh", 500);
  await daemon.alert("fresh");
  await context.addInitScript((feed) => {
    if (/^http/.test(location.protocol)) localStorage.setItem("tocsin.feed", feed);
  }, JSON.stringify({ ...JSON.parse(kept), seenAt: Date.now() - 3_600_000 }));
  await page.goto(daemon.url);
  await page.locator(".away", { hasText: "1 fired" }).waitFor();
  await count(page.locator(".row"), 2, "rows");
  await page.getByRole("button", { name: "Show only these" }).click();
  await count(page.locator(".row"), 1, "rows of these");
  await row(page, "fresh").waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await count(page.locator(".row"), 2, "rows again");
});
