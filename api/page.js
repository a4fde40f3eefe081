// The small first page: the open alerts with an Ack button, toasts from the stream. Text only ever enters as text.
const byId = (id) => document.getElementById(id);
const alerts = new Map();
let seq = "", epoch = "", source = null, heard = 0, wait = 1000, tokens = false;

function element(tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined && text !== null) node.textContent = text;
  if (className) node.className = className;
  return node;
}

async function call(path, method = "GET", body) {
  const options = { method, headers: {} };
  if (method !== "GET") {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body ?? {});
  }
  const answer = await fetch(path, options);
  if (answer.status === 401) byId("sign-in").hidden = false;
  if (!answer.ok) {
    const problem = await answer.json().catch(() => null);
    throw new Error(problem?.error?.message ?? `the server answered ${answer.status}`);
  }
  return answer;
}

function name(alert) {
  const l = alert.labels;
  const thing = l.connector ? l.connector + (l.task ? `/${l.task}` : "") : l.instance ?? "";
  return [alert.rule, thing, l.cluster].filter(Boolean).join(" · ");
}

async function acknowledge(alert, button) {
  let by;
  if (!tokens) {
    by = prompt("Your name", localStorage.getItem("by") ?? "");
    if (by === null) return;
    localStorage.setItem("by", by);
  }
  button.disabled = true;
  try {
    const done = await call(`/api/v1/alerts/${encodeURIComponent(alert.id)}/ack`, alert.acknowledged ? "DELETE" : "POST", by ? { by } : {});
    alerts.set(alert.id, await done.json());
    draw();
  } catch (error) {
    toast({ title: "That did not work", text: error.message });
    button.disabled = false;
  }
}

function row(alert) {
  const tr = element("tr", null, alert.severity);
  tr.append(element("td", alert.severity, "severity"), element("td", alert.flapping ? `${alert.state}, flapping` : alert.state));
  const what = element("td", name(alert));
  what.append(element("small", alert.fact ?? alert.annotations?.summary ?? ""));
  const since = element("td");
  const time = element("time", new Date(alert.started_at).toLocaleString());
  time.dateTime = alert.started_at;
  since.append(time);
  const who = element("td", alert.acknowledged ? `${alert.acknowledged.by} ` : "");
  const button = element("button", alert.acknowledged ? "Release" : "Ack");
  button.setAttribute("aria-label", `${button.textContent} ${name(alert)}`);
  button.dataset.id = alert.id;
  button.addEventListener("click", () => acknowledge(alert, button));
  who.append(button);
  tr.append(what, since, who);
  return tr;
}

let drawing = false;
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const focused = document.activeElement?.dataset?.id;
    const order = ["critical", "warning", "info", "none"];
    const list = [...alerts.values()].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || b.started_at.localeCompare(a.started_at));
    byId("alerts").replaceChildren(...list.map(row));
    byId("none").hidden = list.length > 0;
    document.title = list.length ? `(${list.length}) Tocsin` : "Tocsin";
    if (focused) document.querySelector(`button[data-id="${CSS.escape(focused)}"]`)?.focus();
  });
}

function toast(content) {
  const box = element("div", null, `toast ${content.severity ?? ""}`);
  box.append(element("strong", content.title ?? content.subject ?? ""), element("div", content.text ?? content.body ?? content.line ?? ""));
  const button = element("button", "Close");
  button.addEventListener("click", () => box.remove());
  box.append(button);
  byId("toasts").append(box);
  while (byId("toasts").children.length > 5) byId("toasts").firstChild.remove();
  if (content.severity !== "critical") setTimeout(() => box.remove(), 15000);
}

function take(alert) {
  if (!alert) return;
  if (alert.state === "resolved") alerts.delete(alert.id);
  else alerts.set(alert.id, alert);
  draw();
}

function live(text, stale) {
  if (byId("live").textContent !== text) byId("live").textContent = text;
  byId("live").className = stale ? "stale" : "";
}

async function readAll() {
  alerts.clear();
  let cursor = "", first = null;
  do {
    const answer = await call(`/api/v1/alerts?limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    first ??= answer;
    const page = await answer.json();
    for (const alert of page.items) alerts.set(alert.id, alert);
    cursor = page.next;
  } while (cursor);
  seq = first.headers.get("X-Seq");
  epoch = first.headers.get("X-Epoch");
  byId("sign-in").hidden = true;
  draw();
}

function again(least) {
  source?.close();
  source = null;
  const pause = Math.max(least ?? 0, Math.random() * wait);
  wait = Math.min(wait * 2, 30000);
  live("not live: showing the last known state, trying again", true);
  setTimeout(start, pause);
}

async function start() {
  try {
    tokens = (await (await call("/api/v1/session")).json()).tokens;
    await readAll();
  } catch (error) {
    if (byId("sign-in").hidden) again();
    else live("signed out", true);
    return;
  }
  source = new EventSource(`/api/v1/stream?last_event_id=${encodeURIComponent(`${epoch}:${seq}`)}`);
  const on = (kind, act) => source.addEventListener(kind, (event) => {
    heard = Date.now();
    act(JSON.parse(event.data));
  });
  heard = Date.now();
  on("alert", (data) => take(data.alert));
  on("toast", (data) => toast(data.toast ?? data));
  on("heartbeat", () => { wait = 1000; live("live", false); });
  on("reset", () => { source.close(); start(); });
  on("bye", (data) => again(data.retry_ms));
  source.onerror = () => again();
}

setInterval(() => { if (source && Date.now() - heard > 40000) again(); }, 5000);
byId("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await call("/api/v1/session", "POST", { token: byId("token").value });
    byId("token").value = "";
    byId("sign-in-problem").textContent = "";
    start();
  } catch (error) {
    byId("sign-in-problem").textContent = error.message;
  }
});
start();
