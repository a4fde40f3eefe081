import assert from "node:assert/strict";
import { join } from "node:path";
import { config, count, demo, isLive, ready, row, shots, test, toast, until } from "./harness.mjs";

test("a fresh demo shows a toast within 30 s; Ack in it is in the list, the detail, the history and a second tab at once", async (visit) => {
  const daemon = await demo();
  const context = await visit.context(), page = await context.newPage(), second = await context.newPage();
  await page.goto(daemon.url);
  await second.goto(daemon.url);
  const up = page.locator(".toast").filter({ has: page.locator("button", { hasText: "Ack" }) }).first();
  await up.waitFor({ timeout: 60_000 });
  const connector = await up.locator("p b").first().innerText();
  if (shots) await page.screenshot({ path: join(shots, "toast-light-1280.png") });
  await up.locator("button", { hasText: "Ack" }).click();
  await toast(page, "1 alert acknowledged").waitFor();
  await up.waitFor({ state: "detached" }).catch(() => {});
  for (const tab of [page, second]) await row(tab, connector).first().locator(".who").waitFor();
  await row(second, connector).first().locator("a").click();
  await second.locator(".marks", { hasText: "Acknowledged by" }).waitFor();
  await second.locator(".timeline li", { hasText: "Acknowledged by" }).first().waitFor();
  const history = await daemon.api("api/v1/history");
  assert.ok(history.items.some((one) => one.acknowledged_by !== null || one.acknowledged !== null), "the history knows who took it");
  const { started_at: begun } = await daemon.api("api/v1/status"), told = (await daemon.api("api/v1/events?after=0&limit=1000")).items.find((one) => one.toast);
  assert.ok(Date.parse(told.at) - Date.parse(begun) < 30_000, `told at ${told.at}, begun at ${begun}`);
});

test("what fires comes as a toast, what is resolved replaces it, and goes by itself", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter }));
  const page = await visit.page(daemon.url);
  await isLive(page);
  exporter.set("orders", 500);
  await toast(page, "Critical: QueueDepth").waitFor();
  assert.equal(await page.locator('[role="alert"].region .toast').count(), 1, "critical is in the assertive region");
  await toast(page, "Critical: QueueDepth").hover(); // it goes by itself, but not before we looked
  exporter.set("orders", 0);
  await toast(page, "Resolved after").waitFor();
  await count(page.locator(".toast:not(.line)"), 1, "toasts");
  assert.equal(await page.locator('[role="status"].region .toast').count(), 1);
  await page.mouse.move(5, 5);
  await count(page.locator(".toast"), 0, "toasts after 6 s");
});

test("timers stand still while a toast is hovered, has the focus, or the tab is hidden", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter }));
  const context = await visit.context(), page = await context.newPage();
  await page.clock.install();
  await page.goto(daemon.url);
  await isLive(page);
  exporter.set("orders", 20);
  const one = toast(page, "Warning: QueueDepth");
  await one.waitFor();
  const pass = async () => {
    await page.clock.runFor(20_000);
    return one.count();
  };
  await one.hover();
  assert.equal(await pass(), 1, "hovered");
  await page.mouse.move(5, 5);
  await one.locator("a").focus();
  assert.equal(await pass(), 1, "with the focus in it");
  await one.hover();
  await page.mouse.move(5, 5);
  assert.equal(await pass(), 1, "with the focus still in it when the pointer has gone");
  const hide = (hidden) => page.evaluate((value) => {
    document.activeElement?.blur();
    Object.defineProperty(document, "hidden", { value, configurable: true });
    Object.defineProperty(document, "visibilityState", { value: value ? "hidden" : "visible", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  await hide(true);
  assert.equal(await pass(), 1, "hidden");
  await hide(false);
  assert.equal(await pass(), 0, "seen, and left alone");
});

test("no toast takes the focus, and the keyboard alone gets there, acknowledges and comes back", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter }));
  exporter.set("calm", 20);
  await daemon.alert("calm");
  const page = await visit.page(daemon.url);
  await ready(page, "calm");
  const filter = page.locator(".query input");
  await filter.focus();
  await filter.pressSequentially("half a wo");
  exporter.set("orders", 500);
  await toast(page, "Critical: QueueDepth").waitFor();
  assert.ok(await filter.evaluate((element) => element === document.activeElement), "the focus stayed");
  assert.equal(await filter.inputValue(), "half a wo");
  await page.keyboard.press("Alt+t");
  assert.ok(await page.evaluate(() => document.activeElement.closest(".toasts") !== null), "Alt+T leads to the toasts");
  for (let i = 0; i < 6 && !(await page.evaluate(() => /^Ack/.test(document.activeElement.textContent))); i++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await until(async () => (await daemon.alert("orders")).acknowledged, "acknowledged by the keyboard");
});

test("keys alone: move to a row, acknowledge it with a comment, undo", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter }));
  exporter.set("orders", 500);
  exporter.set("calm", 20);
  await daemon.alert("orders");
  const page = await visit.page(daemon.url);
  await ready(page, "orders");
  await page.keyboard.press("j");
  await until(() => page.evaluate(() => document.activeElement.id.startsWith("row-")), "a row has the focus");
  await page.keyboard.press("a");
  await page.locator("dialog[open]").waitFor();
  assert.ok(await page.evaluate(() => document.activeElement.tagName === "TEXTAREA"), "the comment has the focus");
  await page.keyboard.type("looking at it");
  for (let i = 0; i < 6 && !(await page.evaluate(() => document.activeElement.getAttribute("type") === "submit")); i++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await toast(page, "1 alert acknowledged").hover(); // it stays until it is undone
  const taken = await until(async () => (await daemon.alert("orders")).acknowledged, "acknowledged");
  assert.equal(taken.comment, "looking at it");
  await until(() => page.evaluate(() => document.activeElement.id.startsWith("row-")), "the focus is back in the row");
  await page.keyboard.press("Alt+t");
  for (let i = 0; i < 6 && (await page.evaluate(() => document.activeElement.textContent !== "Undo")); i++) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await until(async () => (await daemon.alert("orders")).acknowledged === null, "undone");
});

test("the feed keeps what was told over a reload, and what is unread is counted", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter }));
  const page = await visit.page(daemon.url);
  await isLive(page);
  exporter.set("orders", 500);
  await toast(page, "Critical").waitFor();
  await page.getByRole("button", { name: "Feed, 1 unread" }).waitFor();
  await page.reload();
  await page.getByRole("button", { name: "Feed, 1 unread" }).click();
  await page.locator(".feed li.unread").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Feed", exact: true }).waitFor();
  assert.equal(await page.locator(".toast:not(.line)").count(), 0, "what was told before is not told again");
});
