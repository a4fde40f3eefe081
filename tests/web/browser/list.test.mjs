import assert from "node:assert/strict";
import http from "node:http";
import { config, count, isLive, ready, row, rule, test, until } from "./harness.mjs";

const slow = `{ name = "SlowQueue"; kind = "threshold"; metric = "queue_depth"; match = "connector='slow'"; for = "1h"; levels = ( { severity = "critical"; raise = 10; clear = 5; } ); }`;

test("what is pending is listed with its course, without a box, an acknowledgement or a page of its own, and is no open alert", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter, rules: `${rule}, ${slow}` }));
  exporter.set("slow", 500);
  exporter.set("orders", 500);
  await daemon.alert("orders");
  const page = await visit.page(`${daemon.url}?q=${encodeURIComponent('alertname="SlowQueue"')}`), pending = page.locator(".row", { hasText: "Pending" });
  await pending.waitFor();
  assert.equal(await pending.locator("input, a").count(), 0);
  await pending.locator(".spark .value").waitFor({ state: "attached", timeout: 45_000 });
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

test("numbers stay the newest where nothing else happens: in the row, on the wall, and not in names", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter })), context = await visit.context();
  exporter.set("orders-500", 500);
  await daemon.alert("orders-500");
  const list = await context.newPage(), wall = await context.newPage();
  await list.goto(daemon.url);
  await wall.goto(`${daemon.url}wall`);
  const value = row(list, "orders-500").locator(".r-value"), line = wall.locator(".wall-list li");
  await value.filter({ hasText: "500" }).waitFor();
  await line.filter({ hasText: "500" }).waitFor();
  exporter.set("orders-500", 700);
  await value.filter({ hasText: "700" }).waitFor({ timeout: 45_000 });
  await line.filter({ hasText: "700" }).waitFor({ timeout: 45_000 });
  await row(list, "orders-500").locator("a").click();
  await list.locator("h1", { hasText: "orders-500: orders-500 holds 700 records" }).waitFor({ timeout: 45_000 });
}, 120);

test("what is held back is dim, says by what, and asks for nobody", async (visit) => {
  const exporter = await visit.exporter(), silent = http.createServer(() => {});
  await new Promise((done) => silent.listen(0, "127.0.0.1", done));
  visit.keep({ stop: () => { silent.closeAllConnections(); silent.close(); } });
  const slow = `{ name = "slow"; kind = "openmetrics"; interval = "10m"; timeout = "5m"; url = "http://127.0.0.1:${silent.address().port}/"; }`;
  const daemon = await visit.daemon(config({ exporter }).replace("sources = (", `sources = ( ${slow},`)); // nothing is told before each source has answered
  exporter.set("orders", 500);
  const { suppressed } = await daemon.alert("orders");
  assert.deepEqual(suppressed, ["settling"]);
  const page = await visit.page(daemon.url);
  await ready(page, "orders");
  assert.match(await row(page, "orders").getAttribute("class"), /held/);
  assert.ok(!/bad/.test(await row(page, "orders").getAttribute("class")));
  await row(page, "orders").locator(".tag", { hasText: "settling" }).waitFor();
  assert.equal(await row(page, "orders").getByText("Nobody yet").count(), 0);
  assert.ok(!(await page.title()).includes("!"), await page.title());
  await row(page, "orders").locator("a").click();
  await page.locator(".marks .tag", { hasText: "settling" }).waitFor();
  await page.locator("summary", { hasText: "Why was nobody paged?" }).click();
  await page.locator(".why li", { hasText: "Not every source was read since the start" }).waitFor();
  await page.goto(`${daemon.url}wall`);
  await page.locator(".wall-list .tag", { hasText: "settling" }).waitFor();
  await page.locator(".wall-band", { hasText: "1 critical, it recovers or is held back" }).waitFor();
});

test("what toasts cover can be scrolled out from under them, and nothing moves when they go", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter, groupBy: "alertname" }));
  for (let i = 10; i < 40; i++) exporter.set(`queue-${i}`, 20);
  await until(async () => (await daemon.alerts()).length === 30, "thirty alerts");
  const page = await visit.page(daemon.url), last = row(page, "queue-10");
  await ready(page, "queue-39");
  exporter.set("storm", 500);
  await page.locator(".toasts .toast").first().waitFor();
  await until(() => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--toast-room") !== ""), "room is kept");
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await last.waitFor();
  const edges = async () => [(await last.boundingBox()).y + 36, (await page.locator(".toasts").boundingBox()).y];
  await until(async () => { const [bottom, top] = await edges(); return bottom <= top; }, "the last row is above the toasts");
  const before = (await last.boundingBox()).y;
  for (const close of await page.locator(".toast:not(.line) .close").all()) await close.click();
  await count(page.locator(".toast"), 0, "toasts");
  assert.equal((await last.boundingBox()).y, before, "the row stays where it is");
  await page.evaluate(() => scrollTo(0, 0));
  await until(() => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--toast-room") === "0px"), "the room is given back");
});

test("a filter in the address that does not parse is said to be wrong", async (visit) => {
  const daemon = await visit.daemon(config({ exporter: await visit.exporter() }));
  const page = await visit.page(`${daemon.url}?q=${encodeURIComponent("connector=~'('")}`);
  await page.locator("#query-problem").waitFor();
  await page.locator(".query input").fill("connector=orders");
  await page.keyboard.press("Enter");
  await count(page.locator("#query-problem"), 0, "problems");
  assert.match(page.url(), /connector%3Dorders$/);
});

test("the keyboard reaches every completion, from both ends, and a menu's keys are its own", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter }));
  for (const name of ["a-1", "a-2", "a-3"]) exporter.set(name, 20);
  await until(async () => (await daemon.alerts()).length === 3, "three alerts");
  const page = await visit.page(daemon.url), box = page.locator(".query input"), at = page.locator('[role="option"][aria-selected="true"]');
  await ready(page, "a-3");
  await box.fill("connector=a-");
  await count(page.locator('[role="option"]'), 3, "choices");
  await box.press("ArrowUp");
  await at.filter({ hasText: "a-3" }).waitFor();
  await box.press("ArrowDown");
  await count(at, 0, "chosen");
  await box.press("ArrowDown");
  await at.filter({ hasText: "a-1" }).waitFor();
  await box.press("Enter");
  await count(page.locator(".row"), 1, "rows");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await until(() => page.evaluate(() => document.activeElement.id.startsWith("row-")), "a row has the focus");
  await page.getByRole("button", { name: /^Group/ }).click();
  await page.locator(".menu-list:not(.start)").waitFor();
  await page.keyboard.press("a");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  await page.keyboard.press("Escape");
  await count(page.locator(".menu-list:not(.start)"), 0, "menus");
});
