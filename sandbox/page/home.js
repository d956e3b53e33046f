// An app: its Home tab and the conversation with it.

import { get, post } from "./api.js";
import { drawBlocks } from "./blocks/index.js";
import { conversation } from "./conversation.js";
import { fill, h } from "./dom.js";
import { refresher } from "./live.js";
import { avatar } from "./people.js";
import { desk, dmWith } from "./state.js";

function homeTab(app) {
  const as = desk.me;
  const body = h("div", { class: "blocks view" });
  const note = h("div", { class: "empty" }, h("p", {}, "One moment…"));
  const node = h("div", { class: "home-scroll", tabIndex: 0, role: "region", "aria-label": `${app.name} home` }, note, body);
  const place = { keyed: true, state: null, root: () => body, container: () => ({ type: "view", view_id: body.dataset.view }) };
  const refresh = refresher(() => get("/desk/home", { as, app: app.id }), (answer) => {
    if (desk.me !== as || !node.isConnected) return;
    const view = answer.view ?? null;
    note.hidden = Boolean(view);
    if (!answer.ok) fill(note, h("p", {}, answer.message));
    else if (!view) fill(note, h("h2", {}, "Nothing here yet"), h("p", {}, `${app.name} has not filled its home for you. It appears as soon as the app answers.`));
    body.dataset.view = view?.id ?? "";
    drawBlocks(body, view?.blocks ?? [], { ...place, state: view?.state });
  });
  requestAnimationFrame(async () => {
    refresh();
    await post("/desk/open_home", { as, app: app.id });
  });
  return { node, focus: () => {}, changed: (what) => (what === `home:${app.id}` || what === "*") && refresh(), close: () => {} };
}

const noConversation = (app) => ({
  node: h("div", { class: "empty" }, h("h2", {}, "No conversation yet"), h("p", {}, `${app.name} has not written to you.`)),
  changed: () => {}, close: () => {}, focus: () => {},
});

function messagesTab(app, openThread) {
  const dm = dmWith(app.bot_user);
  if (!dm) return noConversation(app);
  // What one tells an app also reaches it in its Messages tab.
  return conversation({
    channel: dm.id, name: app.name, placeholder: `Message ${app.name}`, openThread,
    empty: [avatar(app.bot_user, { app: true, size: "l", name: app.name }), h("p", { class: "empty-title" }, app.name), h("p", {}, "This is the beginning of your conversation. What the app tells you alone comes here.")],
  });
}

/** {node, head, changed, close}: `tab` is "home" or "messages"; `choose(tab)` changes the address. */
export function appScreen({ app, tab, choose, openThread }) {
  const tabs = ["home", "messages"];
  const current = tab === "messages" ? messagesTab(app, openThread) : homeTab(app);
  const buttons = tabs.map((name) => h("button", {
    type: "button", role: "tab", class: "tab", id: `tab-${name}`, "aria-selected": String(name === tab), "aria-controls": "tab-panel",
    tabIndex: name === tab ? 0 : -1, on: { click: () => choose(name), keydown: (event) => ["ArrowLeft", "ArrowRight"].includes(event.key) && choose(name === "home" ? "messages" : "home") },
  }, name === "home" ? "Home" : ["Messages", h("span", { class: "tab-dot", hidden: !dmWith(app.bot_user)?.unread, title: "Unread" })]));
  const head = [avatar(app.bot_user, { app: true, size: "s", name: app.name }), h("h2", {}, app.name), h("span", { class: "badge" }, "APP")];
  const node = h("div", { class: "app-screen" }, h("div", { class: "tabs", role: "tablist", "aria-label": app.name }, buttons), h("div", { class: "tab-panel", id: "tab-panel", role: "tabpanel" }, current.node));
  const changed = (what) => {
    current.changed(what);
    node.querySelector(".tab-dot").hidden = !dmWith(app.bot_user)?.unread;
  };
  return { ...current, head, node, changed };
}
