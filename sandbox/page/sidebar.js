// The left side: workspace, who one acts as, channels, direct messages, apps, ERP and mailbox.
// Built once and patched: a badge that counts up must not take a link away under the pointer, nor
// close the list of people while one chooses.

import { clock } from "./clock.js";
import { h, patchList } from "./dom.js";
import { icon } from "./icons.js";
import { jumpButton } from "./jump.js";
import { avatar, standing } from "./people.js";
import { href } from "./router.js";
import { desk } from "./state.js";

function personLabel(person) {
  const about = person.label ?? standing(person);
  const name = person.real_name || person.name;
  return about ? `${name} (${about})` : name;
}

// The name alone is the link's name; the unread count is its description.
function entryNode({ to, name, sign, unread, here }) {
  const id = `unread-${to.join("-")}`;
  const badge = unread ? h("span", { class: "unread", id, "aria-label": `${unread} unread` }, unread > 99 ? "99+" : String(unread)) : null;
  return h("a", {
    href: href(...to), class: `entry${unread ? " has-unread" : ""}`, "aria-label": name,
    "aria-current": here ? "page" : null, "aria-describedby": badge ? id : null,
  }, h("span", { class: "entry-sign", "aria-hidden": "true" }, sign()), h("span", { class: "entry-name" }, name), badge);
}

function redo(item, entry) {
  const link = item.firstElementChild;
  const fresh = entryNode(entry);
  for (const name of ["class", "aria-label", "aria-current", "aria-describedby"]) {
    if (fresh.hasAttribute(name)) link.setAttribute(name, fresh.getAttribute(name));
    else link.removeAttribute(name);
  }
  link.replaceChildren(...fresh.childNodes);
}

function group(title, key) {
  const list = h("ul");
  const node = h("section", { class: `group group-${key}`, "aria-label": title }, h("h2", {}, title), list);
  const draw = (entries) => {
    node.hidden = !entries.length;
    patchList(list, entries, {
      key: (entry) => entry.to.join(" "),
      sign: ({ name, unread, here, kind }) => JSON.stringify([name, unread, here, kind]),
      make: (entry) => h("li", {}, entryNode(entry)),
      update: redo,
    });
  };
  return { node, draw };
}

/** Makes the sidebar in `node`; the answer draws it for the place one is at: {place, id, rest}. */
export function sidebar(node, choose) {
  const name = h("h1");
  const face = h("span");
  // A native select: it works with every keyboard, phone and screen reader.
  const people = h("select", { id: "act-as", class: "act-as-select", on: { change: () => choose(people.value) } });
  const actAs = h("div", { class: "act-as" }, face, h("div", { class: "act-as-field" }, h("label", { for: "act-as" }, "Act as"), people));
  const time = clock();
  const groups = { channels: group("Channels", "channels"), dms: group("Direct messages", "dms"), apps: group("Apps", "apps"), outside: group("Outside Slack", "outside") };
  node.append(
    h("header", { class: "workspace" }, h("div", { class: "workspace-name" }, name, jumpButton()), actAs),
    h("nav", { "aria-label": "Workspace" }, Object.values(groups).map((one) => one.node)),
    time.node);

  function drawPeople() {
    const all = [...desk.people.values()].filter((person) => !person.is_bot && !person.deleted);
    patchList(people, all, {
      key: (person) => person.id,
      sign: personLabel,
      make: (person) => h("option", { value: person.id }, personLabel(person)),
    });
    people.value = desk.me;
    face.replaceChildren(avatar(desk.me, { size: "s" }));
  }

  return function draw(here) {
    name.textContent = desk.team.name || "Workspace";
    drawPeople();
    time.draw();
    for (const [key, entries] of Object.entries(entriesAt(here))) groups[key].draw(entries);
  };
}

// What stands on the screen is being read: it needs no badge.
const unreadAt = (here, unread = 0) => (here && document.visibilityState === "visible" ? 0 : unread);

function entriesAt(here) {
  const at = (place, id) => here.place === place && (id === undefined || here.id === id);
  const bots = new Set(desk.apps.map((app) => app.bot_user));
  const kindOf = (channel) => (channel.is_shared ? "shared" : channel.is_private ? "lock" : "hash");
  return {
    channels: desk.channels.map((one) => ({ to: ["c", one.id], name: one.name, unread: unreadAt(at("c", one.id), one.unread), kind: kindOf(one), sign: () => icon(kindOf(one), 18), here: at("c", one.id) })),
    // The conversation with an app stands behind the app, as in Slack: one link for one name.
    dms: desk.dms.filter((dm) => !bots.has(dm.user)).map(({ id, name, user, unread }) => ({ to: ["c", id], name, unread: unreadAt(at("c", id), unread), sign: () => avatar(user, { size: "xs", name }), here: at("c", id) })),
    apps: desk.apps.map((app) => appEntry(app, here, at("app", app.id))),
    outside: [
      { to: ["erp"], name: "ERP", unread: 0, sign: () => icon("erp", 18), here: at("erp") },
      { to: ["mailbox"], name: "Mailbox", unread: 0, sign: () => icon("mail", 18), here: at("mailbox") },
    ],
  };
}

function appEntry({ id, name, bot_user: bot }, here, isHere) {
  const unread = desk.dms.find((dm) => dm.user === bot)?.unread;
  const reading = isHere && here.rest[0] !== "home";
  return { to: ["app", id], name, unread: unreadAt(reading, unread), sign: () => avatar(bot, { size: "xs", app: true, name }), here: isHere };
}
