import assert from "node:assert/strict";
import { join } from "node:path";
import { axeSource, config, demo, isLive, shots, test, toast, until } from "./harness.mjs";
import { pagesOf, setTheme, themes, widths } from "./pages.mjs";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function violations(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const found = await page.evaluate((wanted) => window.axe.run(document, { runOnly: wanted, resultTypes: ["violations"] }), tags);
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary.replace(/\s+/g, " ")} ${node.html.slice(0, 150)}`));
}

async function sideways(page) {
  const wider = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth).map((one) => `${one.className || one.tagName} ${one.scrollWidth} of ${one.clientWidth} px`));
  return wider.map((one) => `scrolls sideways: ${one}`);
}

for (const width of widths)
  test(`every page in every theme at ${width} px: WCAG 2.2 AA, and no sideways scroll there and on narrower ones`, async (visit) => {
    const daemon = await demo(), list = await pagesOf(daemon), problems = [];
    const context = await visit.context({ viewport: { width, height: width < 500 ? 844 : 900 }, preferences: { toasts: "off" } });
    for (const [name, path, sign] of list) {
      const page = await context.newPage();
      await page.goto(daemon.url + path);
      await page.locator(sign).first().waitFor({ timeout: 60_000 }); // now and then nothing is wrong in the demo
      await isLive(page);
      for (const theme of themes) {
        await setTheme(page, theme);
        if (shots) await page.screenshot({ path: join(shots, `${name}-${theme}-${width}.png`) });
        problems.push(...[...(await violations(page)), ...(await sideways(page))].map((one) => `${name}, ${theme}, ${width} px: ${one}`));
      }
      for (const narrow of width < 500 ? [320] : [1024, 721]) {
        await page.setViewportSize({ width: narrow, height: 844 });
        await until(async () => (await sideways(page)).every((one) => { throw new Error(one); }), `${name} fits into ${narrow} px`); // charts follow a frame later
      }
      await page.close();
    }
    assert.deepEqual(problems, []);
  }, 400);

test("with toasts up, in every theme and width: WCAG 2.2 AA", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter })), problems = [];
  const context = await visit.context(), page = await context.newPage();
  await page.goto(daemon.url);
  await isLive(page);
  exporter.set("orders", 500);
  exporter.set("invoices", 500);
  await toast(page, "orders").waitFor();
  await toast(page, "invoices").waitFor();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 844 });
    for (const theme of themes) {
      await setTheme(page, theme);
      if (shots) await page.screenshot({ path: join(shots, `toasts-${theme}-${width}.png`) });
      problems.push(...(await violations(page)).map((one) => `${theme}, ${width} px: ${one}`));
    }
  }
  assert.deepEqual(problems, []);
});

test("what opens over the page: WCAG 2.2 AA in menus, settings, keys, feed, filter choices and the acknowledgement", async (visit) => {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter })), problems = [];
  exporter.set("orders", 500);
  await daemon.alert("orders");
  const page = await visit.page(daemon.url, { preferences: { toasts: "off" } });
  await isLive(page);
  await page.locator(".row").first().waitFor();
  const look = async (name) => problems.push(...(await violations(page)).map((one) => `${name}: ${one}`));
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  await look("menu");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.locator("dialog[open]").waitFor();
  await look("settings");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.locator("dialog[open] kbd").first().waitFor();
  await look("keys");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Feed/ }).click();
  await page.locator(".feed").waitFor();
  await look("feed");
  await page.keyboard.press("Escape");
  await page.locator(".query input").fill("connector=");
  await look("choices");
  await page.locator(".query input").fill("");
  await page.keyboard.press("Escape");
  await page.locator(".row input").first().click();
  await look("bulk bar");
  await page.keyboard.press("j");
  await page.keyboard.press("a");
  await page.locator("dialog[open] textarea").waitFor();
  await look("acknowledge");
  assert.deepEqual(problems, []);
});
