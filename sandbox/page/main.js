// Puts the page together: which place is shown, who is told of which change.

import { conversation } from "./conversation.js";
import { closePopup } from "./menus.js";
import { fill, h } from "./dom.js";
import { erpScreen } from "./erp.js";
import { appScreen } from "./home.js";
import { icon } from "./icons.js";
import { listen, refresher } from "./live.js";
import { mailboxScreen } from "./mailbox.js";
import { refreshViews } from "./modal.js";
import { banner } from "./notices.js";
import { avatar } from "./people.js";
import { correct, go, route, start } from "./router.js";
import { sidebar } from "./sidebar.js";
import { appOf, channelOf, desk, dmOf, dmWith, load, on, personOf, remembered } from "./state.js";
import { threadPanel } from "./thread.js";

const pane = document.getElementById("pane");
const aside = document.getElementById("aside");
const side = document.getElementById("sidebar");
const veil = document.getElementById("veil");

// A text box that takes the focus by itself would open the keyboard of a phone.
const keyboard = matchMedia("(hover: hover)");

const drawSidebar = sidebar(side, (id) => actAs(id));

let screen = null;
let screenKey = null;
let thread = null;
let threadKey = null;

// --- places -----------------------------------------------------------------------------------

function channelHead(channel) {
  const shared = channel.is_shared ? h("span", { class: "badge" }, "Shared") : null;
  return [icon(channel.is_shared ? "shared" : channel.is_private ? "lock" : "hash"), h("h2", {}, channel.name), shared, h("span", { class: "pane-topic" }, channel.topic ?? "")];
}

function channelScreen(id, at) {
  const channel = channelOf(id);
  const dm = dmOf(id);
  const openThread = (ts) => go("c", id, "t", ts);
  if (channel) {
    const empty = [h("p", { class: "empty-title" }, `# ${channel.name}`), h("p", {}, "This is the very beginning of the channel. Alerts and what people write come here.")];
    return { head: channelHead(channel), ...conversation({ channel: id, name: channel.name, placeholder: `Message #${channel.name}`, openThread, empty, at }) };
  }
  const empty = [avatar(dm.user, { size: "l", name: dm.name }), h("p", { class: "empty-title" }, dm.name), h("p", {}, "This is the beginning of your conversation.")];
  const head = [avatar(dm.user, { size: "s", name: dm.name }), h("h2", {}, dm.name), h("span", { class: "pane-topic" }, personOf(dm.user)?.title ?? "")];
  return { head, ...conversation({ channel: id, name: dm.name, placeholder: `Message ${dm.name}`, openThread, empty, at }) };
}

// An app that has something to say opens on what it said, else on its home.
function tabOf(app, here) {
  if (here.rest[0] === "home" || here.rest[0] === "messages") return here.rest[0];
  if (here.rest[0] === "t") return "messages";
  return dmWith(app.bot_user)?.unread || app.has_home === false ? "messages" : "home";
}

function appPlace(here) {
  const app = appOf(here.id);
  const tab = tabOf(app, here);
  // Said in the address, or reading what is unread would change the tab under the reader.
  if (!here.rest.length) correct("app", app.id, tab);
  const choose = (name) => go("app", app.id, name);
  const openThread = (ts) => go("app", app.id, "t", ts);
  return { key: `app ${app.id} ${tab}`, make: () => appScreen({ app, tab, choose, openThread }) };
}

const messageAt = (here) => (here.rest[0] === "m" ? here.rest[1] : null);

/** What stands at an address: {key, make}; null when this person cannot see it. */
function placeAt(here) {
  if (here.place === "erp") return { key: "erp", make: erpScreen };
  if (here.place === "mailbox") return { key: `mailbox ${here.id}`, make: () => mailboxScreen(here) };
  if (here.place === "app" && appOf(here.id)) return appPlace(here);
  if (here.place === "c" && (channelOf(here.id) || dmOf(here.id))) return { key: `c ${here.id} ${messageAt(here) ?? ""}`, make: () => channelScreen(here.id, messageAt(here)) };
  return null;
}

function firstPlace() {
  const channel = desk.channels.find((one) => one.is_member !== false) ?? desk.channels[0];
  if (channel) return ["c", channel.id];
  if (desk.dms[0]) return ["c", desk.dms[0].id];
  return desk.apps[0] ? ["app", desk.apps[0].id] : ["erp"];
}

function show({ focus = true } = {}) {
  let place = placeAt(route());
  if (!place) {
    correct(...firstPlace());
    place = placeAt(route());
  }
  const key = `${desk.me} ${place.key}`;
  if (key !== screenKey) mount(place, key, focus);
  showThread(focus);
  drawSidebar(route());
}

function mount(place, key, focus) {
  closePopup();
  screen?.close();
  const tabWasFocused = document.activeElement?.getAttribute("role") === "tab";
  screen = place.make();
  screenKey = key;
  const open = h("button", { type: "button", class: "icon-button only-narrow", "aria-label": "Open sidebar", on: { click: () => drawer(true) } }, icon("menu"));
  fill(pane, h("header", { class: "pane-head" }, open, h("div", { class: "pane-title" }, screen.head)), screen.node);
  const title = pane.querySelector(".pane-title h2")?.textContent ?? "";
  document.title = `${title} · ${desk.team.name}`;
  drawer(false);
  if (tabWasFocused) pane.querySelector("[role=tab][aria-selected=true]")?.focus();
  else if (focus && keyboard.matches) screen.focus();
}

function threadAt(here) {
  const index = here.rest.indexOf("t");
  if (index < 0 || !here.rest[index + 1]) return null;
  const app = here.place === "app" ? appOf(here.id) : null;
  const channel = app ? dmWith(app.bot_user)?.id : here.id;
  return channel ? { channel, ts: here.rest[index + 1], app } : null;
}

function showThread(focus) {
  const at = threadAt(route());
  const key = at && `${desk.me} ${at.channel} ${at.ts}`;
  if (key === threadKey) return;
  thread?.close();
  thread = null;
  threadKey = key;
  aside.hidden = !at;
  if (!at) return fill(aside);
  const dismiss = () => (at.app ? go("app", at.app.id, "messages") : go("c", at.channel));
  const name = channelOf(at.channel) ? `#${channelOf(at.channel).name}` : (dmOf(at.channel)?.name ?? "");
  thread = threadPanel({ ...at, name, dismiss });
  fill(aside, thread.node);
  if (focus && keyboard.matches) thread.focus();
}

// --- the sidebar on narrow screens ------------------------------------------------------------

function drawer(open) {
  document.body.classList.toggle("drawer-open", open);
  veil.hidden = !open;
  if (open) side.querySelector("[aria-current=page], a")?.focus();
}

veil.addEventListener("click", () => drawer(false));
side.addEventListener("click", (event) => event.target.closest("a") && drawer(false));
side.addEventListener("keydown", (event) => event.key === "Escape" && drawer(false));

// --- who, and what changed --------------------------------------------------------------------

async function actAs(id) {
  listen(id);
  const answer = await load(id);
  if (answer.stale) return;
  if (!answer.ok) {
    banner(answer.message);
    return;
  }
  show({ focus: false });
  refreshViews();
}

const refreshState = refresher(async () => {
  const before = desk.me;
  return { before, ...(await load()) };
}, ({ before, ok }) => {
  if (!ok) return;
  show({ focus: false });
  if (desk.me !== before) refreshViews();
});

function tell(what) {
  screen?.changed(what);
  thread?.changed(what);
}

async function changed(what) {
  if (what === "state") {
    await refreshState();
    tell("state");
  } else if (what === "clock") {
    // All that is dated is drawn anew.
    await refreshState();
    tell("*");
  } else if (what === "views") refreshViews();
  else tell(what);
}

// What is pushed before the line stands reaches nobody: whenever it stands, one looks.
let lost = false;

async function online() {
  banner(null);
  const [again, before] = [lost, desk.me];
  lost = false;
  await refreshState();
  // A sandbox that was started anew may not know this person.
  if (again && desk.me !== before) listen(desk.me);
  refreshViews();
  tell("*");
}

async function begin() {
  const answer = await load(remembered());
  if (!answer.ok) {
    banner(answer.message);
    return setTimeout(begin, 1500);
  }
  banner(null);
  start();
  on("route", () => show());
  on("changed", changed);
  on("online", online);
  on("offline", () => {
    lost = true;
    banner("The sandbox does not answer. This page comes back by itself when it does.");
  });
  listen(desk.me);
  show();
  return refreshViews();
}

begin();
