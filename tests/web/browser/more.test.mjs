import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { newToken } from "./frame.test.mjs";
import { config, count, Daemon, isLive, ready, row, rule, test, toast, until } from "./harness.mjs";

async function world(visit, more = {}) {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter, ...more }));
  return { exporter, daemon };
}

test("somebody else's acknowledgement changes the toast in place, and the title counts what nobody has", async (visit) => {
  const { exporter, daemon } = await world(visit);
  const page = await visit.page(daemon.url);
  await isLive(page);
  exporter.set("orders", 500);
  await toast(page, "Critical: QueueDepth").waitFor();
  await until(async () => (await page.title()).startsWith("(1!) "), "the title counts");
  const { id } = await daemon.alert("orders");
  await toast(page, "Critical: QueueDepth").hover(); // it stays until we looked
  await daemon.api(`api/v1/alerts/${id}/ack`, { method: "POST", body: { for: "1h", by: "Ana" } });
  await toast(page, "Acknowledged by Ana").waitFor();
  await count(page.locator(".toast:not(.line)"), 1, "toasts");
  assert.equal(await toast(page, "Acknowledged by Ana").getByRole("button", { name: /^Ack/ }).count(), 0);
  await until(async () => !(await page.title()).includes("!"), "the title calms down");
  await row(page, "orders").locator(".who", { hasText: "Ana" }).waitFor();
});

test("no toast on the wall, nor of an alert on its own page; the wall says when it knows nothing", async (visit) => {
  const { exporter, daemon } = await world(visit);
  exporter.set("orders", 20);
  const { id } = await daemon.alert("orders");
  const context = await visit.context(), wall = await context.newPage(), own = await context.newPage(), list = await context.newPage();
  await wall.goto(`${daemon.url}wall`);
  await own.goto(`${daemon.url}alerts/${id}`);
  await list.goto(daemon.url);
  for (const page of [wall, own, list]) await page.locator(".pill", { hasText: "Live" }).first().waitFor();
  exporter.set("orders", 500);
  await toast(list, "Critical: QueueDepth").waitFor();
  await own.locator(".marks", { hasText: "Critical" }).waitFor();
  await wall.locator(".wall-board", { hasText: "orders" }).waitFor();
  assert.equal(await own.locator(".toast").count(), 0);
  assert.equal(await wall.locator(".toast").count(), 0);
  await daemon.kill();
  await wall.locator(".wall-calm", { hasText: "Unknown" }).waitFor();
  assert.equal(await wall.getByText(/all clear/i).count(), 0);
});

test("critical only, or none: fewer toasts, and still all of them in the feed", async (visit) => {
  const { exporter, daemon } = await world(visit);
  const page = await visit.page(daemon.url, { preferences: { toasts: "critical" } });
  await isLive(page);
  exporter.set("small", 20);
  await page.getByRole("button", { name: "Feed, 1 unread" }).waitFor();
  exporter.set("big", 500);
  await toast(page, "big").waitFor();
  await page.getByRole("button", { name: "Feed, 2 unread" }).click();
  await count(page.locator(".feed li"), 2, "entries of the feed");
  assert.equal(await page.locator(".toast:not(.line)").count(), 1);
});

test("a token that is taken back ends the session where it stands, and asks for another", async (visit) => {
  const exporter = await visit.exporter(), daemon = visit.keep(new Daemon("")), secret = newToken(daemon, "rita", "responder"), other = newToken(daemon, "olga", "responder"), file = `${daemon.directory}/tokens`;
  daemon.text = config({ exporter, top: `tokens_file = "${file}";` });
  await daemon.start();
  exporter.set("orders", 500);
  const page = await visit.page(daemon.url), dialog = page.locator("dialog[open]");
  const signIn = async (token) => {
    await dialog.locator("input[type=password]").fill(token);
    await dialog.getByRole("button", { name: "Sign in" }).click();
  };
  await signIn(secret);
  await ready(page, "orders");
  const kept = readFileSync(file, "utf8");
  writeFileSync(file, kept.replace(/^rita .*$/m, ""));
  await page.getByText("Your session has ended").waitFor({ timeout: 45_000 });
  assert.equal(await row(page, "orders").count(), 1, "what was shown is still there below");
  await signIn(other);
  await count(dialog, 0, "dialogs");
  await isLive(page);
}, 90);

test("the history as CSV, filtered as on the screen", async (visit) => {
  const { exporter, daemon } = await world(visit);
  exporter.set("orders", 500);
  exporter.set("invoices", 20);
  await daemon.alert("orders");
  await daemon.alert("invoices");
  const page = await visit.page(`${daemon.url}history?q=connector%3Dorders`);
  await isLive(page);
  await page.locator("tbody tr", { hasText: "orders" }).first().waitFor();
  await page.getByRole("button", { name: "Export" }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator(".menu-list").getByText("CSV").first().click()]);
  const text = readFileSync(await file.path(), "utf8");
  assert.ok(text.split("\r\n")[0].includes("id"), text.slice(0, 200));
  assert.ok(text.includes("orders") && !text.includes("invoices"), text.slice(0, 500));
});

test("the history fits at every width, with room for what an episode was about", async (visit) => {
  const name = "fraud-scoring-clickstream-sink", { exporter, daemon } = await world(visit, { rules: rule.replace("QueueDepth", "ConnectorThroughputDropped") });
  exporter.set(name, 500);
  const { id } = await daemon.alert(name);
  await daemon.api(`api/v1/alerts/${id}/ack`, { method: "POST", body: { for: "1h", by: "Maximiliane Oberhuber" } });
  exporter.set(name, 0);
  const page = await visit.page(`${daemon.url}history`);
  await page.locator("tbody tr", { hasText: "Resolved" }).waitFor();
  for (const width of [1280, 1101, 1100, 901, 900, 721, 720, 320]) {
    await page.setViewportSize({ width, height: 844 });
    await until(() => page.evaluate(() => [document.documentElement, ...document.querySelectorAll(".scroll")].every((one) => one.scrollWidth <= one.clientWidth)), `no sideways scroll at ${width} px`);
    const room = (await page.locator("td.flex").boundingBox()).width;
    assert.ok(room >= 100, `${room} px at ${width} px`);
  }
});

test("the links of a message: Acknowledge opens the form and does nothing by itself, the receiver's shows that one", async (visit) => {
  const { exporter, daemon } = await world(visit);
  exporter.set("orders", 500);
  const { id } = await daemon.alert("orders"), page = await visit.page(`${daemon.url}alerts/${id}?ack`);
  const form = page.locator("dialog[open]");
  await form.getByLabel("Comment").fill("on it");
  assert.equal((await daemon.alert("orders")).acknowledged, null);
  assert.ok(!page.url().includes("ack"), "a reload does not ask again");
  await form.getByRole("button", { name: "Acknowledge" }).click();
  await page.locator(".marks", { hasText: "Acknowledged by" }).waitFor();
  const { items } = await daemon.api("api/v1/receivers");
  await page.goto(`${daemon.url}receivers/${items[0].name}`);
  await page.locator(".receiver-head", { hasText: items[0].name }).waitFor();
  await page.getByRole("link", { name: "All receivers" }).click();
  await page.waitForURL(`${daemon.url}delivery`);
});

test("my acknowledgement in one tab closes the toast in the others", async (visit) => {
  const { exporter, daemon } = await world(visit);
  const context = await visit.context({ preferences: { name: "Ana" } }), first = await context.newPage(), second = await context.newPage();
  for (const page of [first, second]) {
    await page.goto(daemon.url);
    await isLive(page);
  }
  exporter.set("orders", 500);
  for (const page of [first, second]) await toast(page, "Critical: QueueDepth").waitFor();
  assert.equal(await second.locator(".toasts time").evaluate((one) => one.closest("[aria-live]").getAttribute("aria-live")), "off", "an age that goes on is not read out");
  await toast(first, "Critical: QueueDepth").getByRole("button", { name: /^Ack/ }).click();
  for (const page of [first, second]) await count(toast(page, "Critical: QueueDepth"), 0, "toasts");
  await row(second, "orders").locator(".who", { hasText: "Ana" }).waitFor();
});

test("signed in behind a deep link, and in another tab: all that waited for it comes", async (visit) => {
  const exporter = await visit.exporter(), daemon = visit.keep(new Daemon("")), secret = newToken(daemon, "rita", "responder");
  daemon.text = config({ exporter, top: `tokens_file = "${daemon.directory}/tokens";` });
  await daemon.start();
  exporter.set("orders", 500);
  const headers = { Authorization: `Bearer ${secret}` };
  await until(async () => (await daemon.api("api/v1/alerts", { headers })).items.length === 1, "an alert");
  const context = await visit.context(), page = await context.newPage(), other = await context.newPage(), dialog = page.locator("dialog[open]");
  await other.goto(daemon.url);
  await other.locator("dialog[open]").waitFor();
  const stretch = `from=${new Date(Date.now() - 3_600_000).toISOString()}&to=${new Date(Date.now() + 3_600_000).toISOString()}`;
  await page.goto(`${daemon.url}history?${stretch}`);
  await dialog.waitFor();
  for (let i = 0; i < 3; i++) await page.keyboard.press("Escape");
  await dialog.locator("input[type=password]").fill(secret);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await page.locator("tbody tr", { hasText: "orders" }).waitFor();
  await page.locator(".brush").waitFor();
  await ready(other, "orders");
  await count(other.locator("dialog[open]"), 0, "dialogs in the other tab");
  await row(other, "orders").locator("a").click();
  await other.getByRole("button", { name: /^Acknowledge/ }).waitFor();
}, 90);

test("the ends of the history's brush keep the focus while they are moved", async (visit) => {
  const { daemon } = await world(visit);
  const page = await visit.page(`${daemon.url}history`), handle = page.getByRole("slider", { name: "From" });
  await handle.focus();
  for (let i = 1; i <= 3; i++) {
    const before = await handle.getAttribute("aria-valuenow");
    await page.keyboard.press("ArrowLeft");
    await until(async () => (await handle.getAttribute("aria-valuenow")) < before, `step ${i}`);
    assert.ok(await handle.evaluate((one) => one === document.activeElement), "it has the focus");
  }
});

test("the chart goes on under the pointer, and keeps the place it shows", async (visit) => {
  const { exporter, daemon } = await world(visit);
  exporter.set("orders", 500);
  const { id } = await daemon.alert("orders");
  await until(async () => (await daemon.api(`api/v1/points?alert=${id}`)).items[0]?.points.length > 5, "points");
  const page = await visit.page(`${daemon.url}alerts/${id}`), canvas = page.locator(".chart canvas"), tip = page.locator(".chart-tip");
  await canvas.waitFor();
  await canvas.evaluate((one) => { one.kept = true; });
  await page.locator(".u-over").hover();
  await tip.waitFor();
  const before = await page.locator(".chart [role=img]").getAttribute("aria-label");
  exporter.set("orders", 700);
  await until(async () => /700/.test(await page.locator(".chart [role=img]").getAttribute("aria-label")), "new points are drawn", 40);
  assert.notEqual(await page.locator(".chart [role=img]").getAttribute("aria-label"), before);
  assert.equal(await canvas.evaluate((one) => one.kept), true, "it is the same plot");
  assert.ok(await tip.isVisible(), "the value under the pointer is still shown");
}, 90);

test("a long story is folded, and Escape leads back to the list", async (visit) => {
  const { exporter, daemon } = await world(visit);
  exporter.set("orders", 500);
  const { id } = await daemon.alert("orders");
  for (let i = 0; i < 20; i++) await daemon.api(`api/v1/alerts/${id}/comments`, { method: "POST", body: { comment: `note ${i}`, by: "Ana" } });
  const page = await visit.page(`${daemon.url}alerts/${id}`);
  await page.locator(".quote", { hasText: "note 19" }).waitFor();
  await count(page.locator(".happened"), 12, "entries");
  await page.getByRole("button", { name: /^Show \d+ earlier$/ }).click();
  await page.locator(".quote", { hasText: /^note 0$/ }).waitFor();
  await page.getByRole("button", { name: "Only the latest" }).click();
  await count(page.locator(".happened"), 12, "entries");
  await page.keyboard.press("?");
  await page.locator("dialog[open]").waitFor();
  await page.keyboard.press("Escape");
  await count(page.locator("dialog[open]"), 0, "dialogs");
  await page.keyboard.press("Escape");
  await page.waitForURL(daemon.url);
});

test("a channel that takes no messages is told on every page but its own", async (visit) => {
  const exporter = await visit.exporter(), away = await visit.exporter();
  away.stop();
  const text = config({ exporter }).replace("toast = ( {} );", `toast = ( {} ); webhook = ( { url = "${away.url}"; } );`);
  const daemon = await visit.daemon(text), banner = (page) => page.locator(".banner", { hasText: "1 channel is not taking messages" });
  exporter.set("orders", 500);
  await until(async () => (await daemon.api("api/v1/receivers")).items[0].integrations.some(({ state }) => state === "failing" || state === "open"), "the channel fails");
  const page = await visit.page(daemon.url);
  await banner(page).getByRole("link", { name: "Delivery" }).click();
  await page.locator(".banner", { hasText: "is not taking messages" }).waitFor();
  assert.equal(await banner(page).count(), 0);
});

test("an alert told in a storm's digest says so, in both languages", async (visit) => {
  const exporter = await visit.exporter(), chat = await visit.exporter();
  const text = config({ exporter }).replace("toast = ( {} );", `digest_above = 1; toast = ( {} ); slack = ( { name = "team"; url = "${chat.url}"; } );`);
  const daemon = await visit.daemon(text);
  for (const name of ["a", "b", "c"]) exporter.set(name, 500);
  const held = async () => {
    for (const { id } of await daemon.alerts())
      if ((await daemon.api(`api/v1/alerts/${id}`)).timeline.some(({ state, reason }) => state === "held" && reason === "storm")) return id;
  };
  const id = await until(held, "one is told in a digest");
  const look = async (language, tag, reason, why) => {
    const page = await visit.page(`${daemon.url}alerts/${id}`, { preferences: { toasts: "off", language } });
    const line = page.locator(".messages li", { hasText: "team" }).filter({ hasText: tag });
    await line.filter({ hasText: reason }).waitFor();
    await page.locator("summary", { hasText: why }).click();
    await page.locator(".why li", { hasText: reason }).waitFor();
  };
  await look("en", "Held back", "too many incidents in a minute", "Why was I paged?");
  await look("de", "Zurückgehalten", "zu viele Vorfälle in einer Minute", "Warum wurde ich gerufen?");
});

test("what is acknowledged says so as the reason why it is held back", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter }));
  exporter.set("orders", 500);
  const { id } = await daemon.alert("orders");
  await daemon.api(`api/v1/alerts/${id}/ack`, { method: "POST", body: { comment: "on it" } });
  const page = await visit.page(`${daemon.url}alerts/${id}`);
  await page.locator("summary", { hasText: "Why was I paged?" }).click();
  await page.locator(".why li", { hasText: "acknowledged it: on it" }).waitFor();
});

test("on a phone the history's bars, times and lanes share one axis, and what has just begun is inside its lane", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter }));
  exporter.set("orders", 500);
  await daemon.alert("orders");
  const page = await visit.page(`${daemon.url}history`, { viewport: { width: 390, height: 844 }, preferences: { toasts: "off" } });
  await page.locator(".lane .bar").waitFor();
  const edges = await page.evaluate(() => [".stack-plot", ".swim > .axis", ".lane.tall", ".lane .bar"].map((one) => {
    const { left, right } = document.querySelector(one).getBoundingClientRect();
    return [Math.round(left), Math.round(right)];
  }));
  const [plot, axis, lane, bar] = edges;
  assert.deepEqual([axis, lane], [plot, plot]);
  assert.ok(bar[1] <= lane[1], JSON.stringify(edges));
});
