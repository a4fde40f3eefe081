// Sound and desktop notifications: what the browser was asked for, recorded where the page asks for it.
import assert from "node:assert/strict";
import { config, isLive, ready, test, toast, until } from "./harness.mjs";

const record = () => {
  if (!/^http/.test(location.protocol)) return;
  window.rung = { leads: false, asked: 0, tones: [], notes: [] };
  const resume = AudioContext.prototype.resume, start = OscillatorNode.prototype.start, Native = window.Notification, Worker = window.SharedWorker;
  AudioContext.prototype.resume = function () {
    window.rung.asked++;
    void resume.call(this);
    return Promise.resolve(); // at once, however busy the machine is
  };
  window.SharedWorker = class extends Worker {
    constructor(...given) {
      super(...given);
      this.port.addEventListener("message", ({ data }) => {
        if (data.kind === "lead") window.rung.leads = data.lead;
      });
    }
  };
  OscillatorNode.prototype.start = function (when) {
    window.rung.tones.push(this.frequency.value);
    return start.call(this, when);
  };
  window.Notification = class extends Native {
    constructor(title, options) {
      super(title, options);
      window.rung.notes.push({ title, stays: options.requireInteraction, tag: options.tag });
    }
  };
};

const rung = (page) => page.evaluate(() => window.rung);
const leads = (page) => until(async () => (await rung(page)).leads, "it is the tab that rings");

const hide = (page, hidden) => page.evaluate((value) => {
  Object.defineProperty(document, "hidden", { value, configurable: true });
  Object.defineProperty(document, "visibilityState", { value: value ? "hidden" : "visible", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}, hidden);

async function world(visit, preferences) {
  const exporter = await visit.exporter(), daemon = await visit.daemon(config({ exporter })), context = await visit.context({ preferences, permissions: ["notifications"] });
  await context.addInitScript(record);
  const open = async (path = "") => {
    const page = await context.newPage();
    await page.goto(daemon.url + path);
    await isLive(page);
    await leads(page);
    return page;
  };
  return { exporter, daemon, open };
}

test("sound and desktop notifications are off until somebody turns them on", async (visit) => {
  const { exporter, open } = await world(visit, {});
  const page = await open();
  await hide(page, true);
  exporter.set("orders", 500);
  await toast(page, "orders").waitFor();
  assert.deepEqual(await rung(page), { leads: true, asked: 0, tones: [], notes: [] });
});

test("sound by severity; the desktop is told only while nobody sees the page; an end and a reload are no news", async (visit) => {
  const { exporter, daemon, open } = await world(visit, { sound: "critical", desktop: true });
  const page = await open();
  exporter.set("small", 20);
  await toast(page, "small").waitFor();
  assert.equal((await rung(page)).asked, 0, "a warning makes no sound");
  exporter.set("orders", 500);
  await toast(page, "orders").waitFor();
  await until(async () => (await rung(page)).tones.length === 4, "a critical alert does");
  assert.deepEqual((await rung(page)).notes, [], "it is on the screen");
  await hide(page, true);
  exporter.set("invoices", 500);
  const [note] = await until(async () => ((await rung(page)).notes.length ? (await rung(page)).notes : null), "the desktop is told");
  assert.match(note.title, /invoices/);
  assert.equal(note.stays, true);
  exporter.set("dim", 20);
  await until(async () => (await rung(page)).notes.length === 2, "of a warning, too");
  assert.equal((await rung(page)).notes[1].stays, false);
  exporter.set("invoices", 0);
  await toast(page, "Resolved after").waitFor();
  assert.deepEqual([(await rung(page)).asked, (await rung(page)).notes.length], [2, 2], "an end rings nobody");
  await page.reload();
  await ready(page, "orders");
  await leads(page);
  await page.getByRole("button", { name: /^Feed, \d unread/ }).waitFor();
  exporter.set("last", 500);
  await toast(page, "last").waitFor();
  assert.equal((await rung(page)).asked, 1, "what was told before the reload is not told again");
  assert.equal((await daemon.alerts()).length, 4);
});

test("one tab rings for all, the one that is seen last; the wall rings, too", async (visit) => {
  const { exporter, open } = await world(visit, { sound: "all", desktop: true });
  const first = await open(), second = await open(), all = async (what) => (await rung(first))[what].length + (await rung(second))[what].length;
  exporter.set("orders", 20);
  for (const page of [first, second]) await toast(page, "orders").waitFor();
  await until(async () => (await all("tones")) === 1, "one soft tone");
  await hide(second, true);
  await leads(first);
  exporter.set("invoices", 20);
  for (const page of [first, second]) await toast(page, "invoices").waitFor();
  await until(async () => (await rung(first)).tones.length === 1, "the one that is seen rings");
  assert.equal(await all("notes"), 0, "somebody sees the page");
  await hide(first, true);
  exporter.set("refunds", 500);
  for (const page of [first, second]) await toast(page, "refunds").waitFor();
  await until(async () => (await all("notes")) === 1, "one note");
  const wall = await open("wall");
  exporter.set("returns", 500);
  await toast(first, "returns").waitFor();
  await until(async () => (await rung(wall)).tones.length === 4, "the wall rings");
  assert.equal(await wall.locator(".toast").count(), 0);
});
