import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { build, config, count, Daemon, intranet, isLive, ready, row, rule, test, toast, until } from "./harness.mjs";

async function world(visit, more = {}) {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter, ...more }));
  return { exporter, daemon };
}

test("a plain http name is no secure context: one stream for all tabs all the same, and copying works", async (visit) => {
  const exporter = await visit.exporter(), proxy = await visit.proxy();
  const base = `http://${intranet}:${proxy.port}/`;
  const daemon = await visit.daemon(config({ exporter, top: `external_url = "${base}";` }));
  proxy.target = daemon.url;
  exporter.set("orders", 500);
  await daemon.alert("orders");
  const context = await visit.context(), page = await context.newPage(), second = await context.newPage();
  for (const tab of [page, second]) {
    await tab.goto(base);
    await ready(tab, "orders");
  }
  assert.equal(await page.evaluate(() => isSecureContext), false);
  assert.equal(proxy.open, 1);
  await row(page, "orders").locator("input").click();
  await page.locator(".bulk").getByRole("button", { name: "Copy" }).click();
  await toast(page, "1 alert copied as Markdown").waitFor();
  await page.locator(".query input").focus();
  await page.keyboard.press("Control+v");
  assert.match(await page.locator(".query input").inputValue(), /^- \*\*critical\*\* \[orders\]\(http:\/\/tocsin\.intranet/);
  await row(page, "orders").locator("a").click();
  await page.locator("h1", { hasText: "orders holds 500 records" }).waitFor();
});

for (const strips of [false, true])
  test(`the page lives under a prefix, ${strips ? "taken off by a proxy" : "passed on by a proxy"}`, async (visit) => {
    const exporter = await visit.exporter(), proxy = await visit.proxy();
    const daemon = await visit.daemon(config({ exporter, top: `external_url = "${proxy.url}x/y/";` }));
    proxy.target = daemon.url;
    if (strips) proxy.prefix = "/x/y";
    exporter.set("orders", 500);
    const page = await visit.page(`${proxy.url}x/y/`);
    await ready(page, "orders");
    await row(page, "orders").locator("a").click();
    await page.locator("h1", { hasText: "orders" }).waitFor();
    assert.match(page.url(), /\/x\/y\/alerts\//);
    await page.reload();
    await page.locator("h1", { hasText: "orders" }).waitFor();
    await page.locator(".tabs").getByRole("link", { name: "Rules" }).click();
    assert.match(page.url(), /\/x\/y\/rules$/);
    await page.goBack();
    await page.locator(".crumbs a").click();
    await ready(page, "orders");
    assert.ok(proxy.requests.every((one) => one.includes(" /x/y/")), proxy.requests.find((one) => !one.includes(" /x/y/")));
  });

test("hostile texts are shown as text, wherever they stand", async (visit) => {
  const markup = '<img src=x onerror="window.hurt=1"><script>window.hurt=2</script>', long = "x".repeat(10_000);
  const hostile = `{ name = "QueueDepth"; kind = "threshold"; metric = "queue_depth"; topic = "<b>topic</b>";
    levels = ( { severity = "critical"; raise = 10; clear = 5; } );
    annotations = { summary = "<init> {{labels.note}} <b>bold</b>"; runbook = "javascript:window.hurt=3"; note = "data:text/html,<script>alert(1)</script>"; }; }`;
  const { exporter, daemon } = await world(visit, { rules: hostile });
  const page = await visit.page(daemon.url);
  await isLive(page);
  exporter.set({ connector: markup, note: "\u202Egnp.exe", long }, 500);
  await page.locator(".toast h2").first().waitFor();
  await row(page, markup).waitFor();
  assert.ok((await page.locator(".toast").first().innerText()).includes("<img src=x"));
  assert.ok((await row(page, markup).innerText()).includes("<init>"));
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing scrolls sideways");
  await row(page, markup).locator("a").click();
  await page.locator("h1", { hasText: "<init>" }).waitFor();
  await page.locator("dd", { hasText: long.slice(0, 200) }).waitFor();
  assert.equal(await page.locator('main a[href^="javascript:"], main a[href^="data:"], main img, main script').count(), 0);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nor on the alert's own page");
  assert.equal(await page.evaluate(() => window.hurt), undefined);
  // In the address, too.
  for (const path of [`?q=${encodeURIComponent(markup)}`, "?q=__proto__%3Dx&group=constructor", `?q=${encodeURIComponent("a=~'('")}`, `alerts/${encodeURIComponent(markup)}`, "alerts/%E0%A4%A"]) {
    await page.goto(daemon.url + path);
    await isLive(page);
    await page.locator("h1").first().waitFor();
  }
  assert.equal(await page.evaluate(() => window.hurt), undefined);
});

test("times are the viewer's, or UTC, by one press", async (visit) => {
  const { daemon } = await world(visit);
  const page = await visit.page(daemon.url, { timezoneId: "Asia/Kolkata" });
  await isLive(page);
  const clock = page.locator(".clock"), at = async () => ({ text: await clock.innerText(), iso: await clock.locator("time").getAttribute("datetime") });
  const agrees = async (shift, zone) => {
    const { text, iso } = await at(), expected = new Date(Date.parse(iso) + shift).toISOString().slice(11, 16);
    return text.startsWith(expected) && text.endsWith(zone);
  };
  await until(() => agrees(5.5 * 3_600_000, "GMT+5:30"), "local time");
  await clock.click();
  await until(() => agrees(0, "UTC"), "UTC");
  await page.reload();
  await until(() => agrees(0, "UTC"), "UTC after a reload");
});

test("German from the browser, English by choice", async (visit) => {
  const { daemon } = await world(visit);
  const page = await visit.page(daemon.url, { locale: "de-DE" });
  await page.locator("h1", { hasText: "Alarme" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  await page.getByRole("button", { name: "Menü" }).click();
  await page.getByRole("button", { name: "English" }).click();
  await page.locator("h1", { hasText: "Alerts" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
});

test("filters: chips, a facet, a counter, errors beside the box, and all of it in the address", async (visit) => {
  const { exporter, daemon } = await world(visit);
  exporter.set("orders", 500);
  exporter.set("invoices", 20);
  await daemon.alert("invoices");
  const page = await visit.page(daemon.url), box = page.locator(".query input");
  await ready(page, "orders");
  await page.keyboard.press("/");
  await page.keyboard.type("connector=~'inv.*', cluster=test");
  await page.keyboard.press("Enter");
  await count(page.locator(".row"), 1, "rows");
  await count(page.locator(".query .chip"), 2, "chips");
  assert.equal(new URL(page.url()).searchParams.get("q"), "connector=~inv.* cluster=test");
  await box.fill("connector=~'('");
  await box.press("Enter");
  await page.locator("#query-problem").waitFor();
  await count(page.locator(".row"), 1, "rows: the last good filter holds");
  await page.reload();
  await count(page.locator(".row"), 1, "rows after a reload");
  await page.locator(".top a.count.c-crit").click();
  await count(page.locator(".row"), 1, "rows of the counter");
  await row(page, "orders").waitFor();
  await page.locator(".facet label", { hasText: "Warning" }).click();
  await count(page.locator(".row"), 2, "rows with both severities");
  await page.goto(`${daemon.url}?q=connector%3Dnobody`);
  await page.getByText("2 are open without this filter").waitFor();
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await count(page.locator(".row"), 2, "rows without a filter");
});

test("what is new does not move what is under the pointer", async (visit) => {
  const { exporter, daemon } = await world(visit);
  exporter.set("calm", 20);
  await daemon.alert("calm");
  const page = await visit.page(daemon.url, { preferences: { toasts: "off" } });
  await ready(page, "calm");
  await row(page, "calm").hover();
  const before = await row(page, "calm").boundingBox();
  exporter.set("storm", 500);
  const fresh = page.getByRole("button", { name: "1 new" });
  await fresh.waitFor();
  assert.equal(await row(page, "storm").count(), 0);
  assert.equal((await row(page, "calm").boundingBox()).y, before.y, "the row stays where it is");
  await fresh.click();
  await row(page, "storm").waitFor();
});

test("many at once: select, comment, acknowledge", async (visit) => {
  const { exporter, daemon } = await world(visit);
  for (let i = 0; i < 5; i++) exporter.set(`queue-${i}`, 500);
  await until(async () => (await daemon.alerts()).length === 5, "five alerts");
  const page = await visit.page(daemon.url);
  await ready(page, "queue-4");
  await page.getByRole("checkbox", { name: "Select all" }).click();
  const bulk = page.locator(".bulk");
  await bulk.getByLabel("Comment").fill("one switch is down");
  await bulk.getByRole("button", { name: "Acknowledge 5" }).click();
  await toast(page, "5 alerts acknowledged").hover(); // it stays until it is undone
  await until(async () => (await daemon.alerts()).every((one) => one.acknowledged?.comment === "one switch is down"), "all have it");
  await toast(page, "5 alerts acknowledged").getByRole("button", { name: "Undo" }).click();
  await until(async () => (await daemon.alerts()).every((one) => one.acknowledged === null), "and nobody has it again");
});

export function newToken(daemon, name, role) {
  const said = execFileSync(join(build, "tocsinctl"), ["token", "new", "--role", role, "--name", name, "--file", `${daemon.directory}/tokens`], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return /tcs_\S+/.exec(said)[0];
}

test("sign-in: a viewer sees no button that is not his; a session that ends asks again and keeps what was typed", async (visit) => {
  const exporter = await visit.exporter(), daemon = visit.keep(new Daemon("")), viewer = newToken(daemon, "vera", "viewer"), responder = newToken(daemon, "rita", "responder");
  daemon.text = config({ exporter, top: `tokens_file = "${daemon.directory}/tokens";` });
  await daemon.start();
  exporter.set("orders", 500);
  const context = await visit.context(), page = await context.newPage();
  const signIn = async (secret) => {
    await page.locator("dialog[open] input[type=password]").fill(secret);
    await page.locator("dialog[open]").getByRole("button", { name: "Sign in" }).click();
  };
  await page.goto(daemon.url);
  await signIn("tcs_wrong");
  await page.getByText("This token is not known.").waitFor();
  await signIn(viewer);
  await ready(page, "orders");
  await page.locator(".pill", { hasText: "Read only" }).waitFor();
  await row(page, "orders").locator("input").click();
  assert.equal(await page.locator(".bulk").getByRole("button", { name: /Acknowledge/ }).count(), 0);
  await row(page, "orders").locator("a").click();
  await page.locator("h1", { hasText: "orders" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /Acknowledge|Comment/ }).count(), 0);
  await page.getByRole("button", { name: /vera, menu/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await signIn(responder);
  await page.getByRole("button", { name: /^Acknowledge/ }).click();
  await page.locator("dialog[open] textarea").fill("half a sentence");
  await context.clearCookies();
  await page.locator("dialog[open]").getByRole("button", { name: /^Acknowledge/ }).click();
  await page.getByText("Your session has ended").waitFor();
  await signIn(responder);
  await count(page.locator("dialog[open]"), 1, "dialogs");
  assert.equal(await page.locator("dialog[open] textarea").inputValue(), "half a sentence");
  await page.locator("dialog[open]").getByRole("button", { name: /^Acknowledge/ }).click();
  await page.locator(".marks", { hasText: "Acknowledged by rita" }).waitFor();
});
