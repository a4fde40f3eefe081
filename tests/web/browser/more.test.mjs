import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { newToken } from "./frame.test.mjs";
import { config, count, Daemon, isLive, ready, row, test, toast, until } from "./harness.mjs";

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
