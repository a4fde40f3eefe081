// Every page of the demo, by name; what makes one the page it is is waited for, so that no test looks at a half-drawn one.
import { until } from "./harness.mjs";

export const themes = ["light", "dark", "contrast"];
export const widths = [1280, 390];

export async function pagesOf(daemon) {
  const alert = await until(async () => (await daemon.alerts()).find((one) => one.labels.connector), "an alert of a connector", 60);
  const { items } = await daemon.api("api/v1/connectors");
  const { cluster, name } = items.find((one) => one.name === alert.labels.connector) ?? items[0];
  return [
    ["alerts", "", ".row"],
    ["alert", `alerts/${alert.id}`, ".timeline li"],
    ["history", "history", ".swim .bar"],
    ["rules", "rules", "tbody tr"],
    ["connectors", "connectors", "tbody tr"],
    ["connector", `connectors/${cluster}/${encodeURIComponent(name)}`, "canvas"],
    ["delivery", "delivery", ".day-strip"],
    ["status", "status", "tbody tr"],
    ["wall", "wall", ".wall-numbers"],
  ];
}

// As another tab of this browser would set it: at once, without loading the page anew.
export async function setTheme(page, theme) {
  await page.evaluate((wanted) => {
    const key = "tocsin.preferences", newValue = JSON.stringify({ ...JSON.parse(localStorage.getItem(key) ?? "{}"), theme: wanted });
    localStorage.setItem(key, newValue);
    dispatchEvent(new StorageEvent("storage", { key, newValue }));
  }, theme);
  await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme);
}
