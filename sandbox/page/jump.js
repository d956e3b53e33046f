// Ctrl+K (Cmd+K): to another conversation by typing a part of its name. Alt+Up and Alt+Down walk.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { listbox } from "./listbox.js";
import { avatar } from "./people.js";
import { go } from "./router.js";
import { desk } from "./state.js";

const sign = (name) => h("span", { class: "entry-sign" }, icon(name, 18));

function places() {
  const entry = (to, name, face) => ({ value: to.join("/"), text: name, label: name, face, to });
  const bots = new Set(desk.apps.map((app) => app.bot_user));
  return [
    ...desk.channels.map(({ id, name }) => entry(["c", id], name, sign("hash"))),
    ...desk.dms.filter((dm) => !bots.has(dm.user)).map(({ id, name, user }) => entry(["c", id], name, avatar(user, { size: "s", name }))),
    ...desk.apps.map(({ id, name, bot_user: bot }) => entry(["app", id], name, avatar(bot, { size: "s", app: true, name }))),
    entry(["erp"], "ERP", sign("erp")),
    entry(["mailbox"], "Mailbox", sign("mail")),
  ];
}

/** The button that opens the list; it also listens for the keys. */
export function jumpButton() {
  const button = h("button", { type: "button", class: "icon-button jump-button", "aria-label": "Jump to", title: "Jump to… (Ctrl+K)", "aria-haspopup": "listbox", "aria-expanded": "false", on: { click: open } }, icon("search", 18));

  function open() {
    listbox(button, {
      groups: [{ options: places() }], chosen: new Set(), name: "conversations", searchable: true,
      pick: (option) => {
        // After the list has given the focus back, so that the conversation can take it.
        setTimeout(() => go(...option.to));
        return false;
      },
    });
  }

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") open();
    else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) walk(event.key === "ArrowDown" ? 1 : -1);
    else return;
    event.preventDefault();
  });
  return button;
}

function walk(step) {
  const links = [...document.querySelectorAll("#sidebar nav a")];
  const at = links.findIndex((link) => link.getAttribute("aria-current"));
  location.hash = links[(at + step + links.length) % links.length].getAttribute("href");
}
