// Short words at the edge: a failed press, a lost connection. They never stand in the way, and
// successes are not announced at all - the message itself shows them.

import { h } from "./dom.js";
import { icon } from "./icons.js";

const STAYS = 9000;

export function notice(words) {
  const home = document.querySelector("dialog[open]:last-of-type") ?? document.body;
  const shelf = document.getElementById("notices");
  // An open modal makes everything outside it inert, the shelf too.
  if (shelf.parentNode !== home) home.append(shelf);
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", on: { click: () => leave() } }, icon("close", 16));
  const node = h("div", { class: "notice" }, icon("warn", 18), h("p", {}, words), close);
  const timer = setTimeout(() => leave(), STAYS);
  function leave() {
    clearTimeout(timer);
    node.remove();
  }
  while (shelf.children.length > 2) shelf.firstChild.remove();
  shelf.append(node);
}

export function banner(words) {
  const node = document.getElementById("banner");
  node.textContent = words ?? "";
  node.hidden = !words;
}
