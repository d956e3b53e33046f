// The left side: workspace, who one acts as, channels, direct messages, apps, ERP and mailbox.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, standing } from "./people.js";
import { href } from "./router.js";
import { desk } from "./state.js";

function personLabel(person) {
  const about = person.label ?? standing(person);
  const name = person.real_name || person.name;
  return about ? `${name} (${about})` : name;
}

// A native select: it works with every keyboard, phone and screen reader.
function actAs(choose) {
  const people = [...desk.people.values()].filter((person) => !person.is_bot && !person.deleted);
  const select = h("select", { id: "act-as", class: "act-as-select", on: { change: () => choose(select.value) } },
    people.map((person) => h("option", { value: person.id }, personLabel(person))));
  select.value = desk.me;
  return h("div", { class: "act-as" }, avatar(desk.me, { size: "s" }), h("div", { class: "act-as-field" }, h("label", { for: "act-as" }, "Act as"), select));
}

// The name alone is the link's name; the unread count is its description.
function entry({ to, name, sign, unread = 0, here }) {
  const id = `unread-${to.join("-")}`;
  const badge = unread ? h("span", { class: "unread", id, "aria-label": `${unread} unread` }, unread > 99 ? "99+" : String(unread)) : null;
  return h("li", {}, h("a", {
    href: href(...to), class: `entry${unread ? " has-unread" : ""}`, "aria-label": name,
    "aria-current": here ? "page" : null, "aria-describedby": badge ? id : null,
  }, h("span", { class: "entry-sign", "aria-hidden": "true" }, sign), h("span", { class: "entry-name" }, name), badge));
}

const group = (title, entries, empty) => h("section", { class: "group", "aria-label": title },
  h("h2", {}, title),
  entries.length ? h("ul", {}, entries) : h("p", { class: "group-empty" }, empty));

const appUsers = () => new Set(desk.apps.map((app) => app.bot_user));

/** Draws the sidebar for the place one is at: {place, id}. */
export function drawSidebar(node, here, choose) {
  const bots = appUsers();
  const at = (place, id) => here.place === place && (id === undefined || here.id === id);
  const channels = desk.channels.map(({ id, name, unread, is_shared: shared, is_private: locked }) => entry({ to: ["c", id], name, unread, sign: icon(shared ? "shared" : locked ? "lock" : "hash", 18), here: at("c", id) }));
  const dms = desk.dms.filter((dm) => !bots.has(dm.user)).map(({ id, name, user, unread }) => entry({ to: ["c", id], name, unread, sign: avatar(user, { size: "xs", name }), here: at("c", id) }));
  const apps = desk.apps.map(({ id, name, bot_user: bot }) => entry({ to: ["app", id], name, unread: desk.dms.find((dm) => dm.user === bot)?.unread, sign: avatar(bot, { size: "xs", app: true, name }), here: at("app", id) }));
  const focused = node.contains(document.activeElement) ? document.activeElement.getAttribute("href") ?? document.activeElement.id : null;
  const scroll = node.querySelector("nav")?.scrollTop ?? 0;
  fill(node,
    h("header", { class: "workspace" }, h("h1", {}, desk.team.name || "Workspace"), actAs(choose)),
    h("nav", { "aria-label": "Workspace" },
      group("Channels", channels, "No channel that this person is in."),
      group("Direct messages", dms, "No conversations yet."),
      group("Apps", apps, "No app is connected."),
      h("section", { class: "group group-outside", "aria-label": "Outside Slack" }, h("h2", {}, "Outside Slack"), h("ul", {},
        entry({ to: ["erp"], name: "ERP", sign: icon("erp", 18), here: at("erp") }),
        entry({ to: ["mailbox"], name: "Mailbox", sign: icon("mail", 18), here: at("mailbox") })))));
  node.querySelector("nav").scrollTop = scroll;
  if (focused) (node.querySelector(`a[href="${CSS.escape(focused)}"]`) ?? document.getElementById(focused))?.focus({ preventScroll: true });
}
