// The simulated ERP: its troubles can be switched on, and one sees which orders it holds.

import { get, post } from "./api.js";
import { h, patchList } from "./dom.js";
import { icon } from "./icons.js";
import { refresher } from "./live.js";
import { notice } from "./notices.js";
import { dateOf, fullTime, listTime } from "./time.js";

const SWITCHES = [
  ["down", "Down", "Nothing answers: connections are refused."],
  ["slow", "Slow", "Every answer takes seconds."],
  ["rate_limited", "Rate limited", "Answers 429, with or without saying how long to wait."],
  ["forbidden", "Forbidden", "Refuses every order and look-up with 403."],
  ["late_commit", "Late commit", "Cuts the connection; the order is there a moment later."],
  ["cut_connection", "Cut connection", "Takes the order and cuts the connection before answering."],
  ["unconfirmed", "Unconfirmed", "Takes orders but does not confirm them yet."],
  ["sell_discontinued", "Sell discontinued items", "Repairs the master data: discontinued items are accepted."],
];
const TROUBLES = SWITCHES.slice(0, -1);

function toggle([key, label, about], flip) {
  const id = `switch-${key}`;
  const input = h("input", { type: "checkbox", role: "switch", id, class: "switch", "aria-describedby": `${id}-about`, on: { change: () => flip(key, input) } });
  return h("div", { class: "switch-row" }, h("div", {}, h("label", { for: id }, label), h("p", { id: `${id}-about`, class: "about" }, about)), input);
}

const money = (total) => (total === null || total === undefined ? "–" : String(total));

function received(value) {
  if (!value) return "–";
  const date = typeof value === "number" ? dateOf(value) : new Date(value);
  return Number.isNaN(date.getTime()) ? String(value) : h("time", { datetime: date.toISOString(), title: fullTime(date) }, listTime(date));
}

const row = (order) => h("tr", {},
  h("td", { class: "mono" }, order.reference ?? "–"),
  h("td", { class: "mono" }, order.external_id ?? "–"),
  h("td", {}, order.account_id ?? "–"),
  h("td", {}, h("span", { class: `state state-${order.status}` }, order.status ?? "–")),
  h("td", { class: "number" }, money(order.total)),
  h("td", { class: "number" }, received(order.received_at)));

function statusLine(switches) {
  const on = TROUBLES.filter(([key]) => switches[key]).map(([, label]) => label.toLowerCase());
  return on.length ? `In trouble: ${on.join(", ")}` : "Healthy: it takes every correct order";
}

export function erpScreen() {
  const status = h("p", { class: "erp-status", role: "status" });
  const toggles = SWITCHES.map((one) => toggle(one, flip));
  // Empty until it is known how they stand: a switch must never be pressed to what it was already.
  const switches = h("div", { class: "switches" });
  const count = h("span", { class: "count" });
  const requests = h("span", { class: "pane-topic" });
  const body = h("tbody");
  const empty = h("div", { class: "empty" }, h("h2", {}, "No orders yet"), h("p", {}, "Orders that the bot sends appear here, newest first. Switch a trouble on to see how it copes."));
  const heads = ["Reference", "Order", "Account", "Status", "Total", "Received"].map((name, index) => h("th", { scope: "col", class: index > 3 ? "number" : null }, name));
  const table = h("div", { class: "table-scroll" }, h("table", { class: "data" }, h("thead", {}, h("tr", {}, heads)), body));
  const node = h("div", { class: "view-scroll" }, h("div", { class: "erp" },
    h("section", { class: "card", "aria-label": "Switches" }, status, switches),
    h("section", { class: "card card-flush", "aria-label": "Orders in the ERP" }, h("header", { class: "card-head" }, h("h3", {}, "Orders in the ERP"), count, requests), table, empty)));

  const about = h("span", { class: "pane-topic" }, "A simulated ERP. Nothing here is Slack.");
  // An answer that was asked for before a switch was pressed knows nothing of it.
  let presses = 0;
  const refresh = refresher(async () => ({ presses, ...(await get("/erp/view")) }), (view) => {
    if (!view.ok || !node.isConnected) return;
    if (view.about) about.textContent = view.about;
    if (!switches.hasChildNodes()) switches.append(...toggles);
    for (const [key] of SWITCHES) {
      const input = node.querySelector(`#switch-${key}`);
      if (view.presses === presses) input.checked = view.switches[key] === true;
      input.closest(".switch-row").hidden = !(key in view.switches);
    }
    status.replaceChildren(h("span", { class: TROUBLES.some(([key]) => view.switches[key]) ? "lamp bad" : "lamp good", "aria-hidden": "true" }), statusLine(view.switches));
    count.textContent = view.count.toLocaleString();
    requests.textContent = `${view.requests.toLocaleString()} requests so far`;
    patchList(body, view.orders, { key: (order) => order.reference, sign: JSON.stringify, make: row });
    empty.hidden = view.orders.length > 0;
    table.hidden = !view.orders.length;
  });

  async function flip(key, input) {
    presses += 1;
    const answer = await post("/erp/switches", { [key]: input.checked });
    presses += 1;
    if (!answer.ok) {
      input.checked = !input.checked;
      notice(answer.message);
    }
    refresh();
  }
  requestAnimationFrame(refresh);
  const head = [icon("erp"), h("h2", {}, "ERP"), about];
  return { node, head, changed: (what) => (what === "erp" || what === "*") && refresh(), close: () => {}, focus: () => {} };
}
