// Popups: the list of a select, an overflow menu. One at a time. They live in the top layer inside
// their anchor's dialog, because everything outside an open modal is inert.

import { h } from "./dom.js";

let open = null;
let serial = 0;

export const nextId = (prefix) => `${prefix}-${(serial += 1)}`;

/** Opens `content` under `anchor`; `close(giveBackFocus)` takes it away again. */
export function popup(anchor, content, { onClose, width } = {}) {
  open?.close(false);
  const node = h("div", { class: "popup", popover: "manual" }, content);
  (anchor.closest("dialog") ?? document.body).append(node);
  node.showPopover?.();
  const self = { node, anchor, close };
  open = self;
  const reposition = () => (document.contains(anchor) ? position(node, anchor, width) : close(false));
  reposition();

  const outside = (event) => !node.contains(event.target) && !anchor.contains(event.target) && close(false);
  const keys = (event) => {
    if (event.key !== "Escape") return;
    // Esc closes the menu, not the modal beneath it.
    event.preventDefault();
    event.stopPropagation();
    close(true);
  };
  document.addEventListener("pointerdown", outside, true);
  document.addEventListener("keydown", keys, true);
  addEventListener("resize", reposition);
  document.addEventListener("scroll", reposition, true);
  // The message under an open menu may be edited away: then there is nothing left to choose for.
  const watch = new MutationObserver(() => document.contains(anchor) || close(false));
  watch.observe(document.body, { childList: true, subtree: true });

  function close(giveBack = true) {
    if (open === self) open = null;
    document.removeEventListener("pointerdown", outside, true);
    document.removeEventListener("keydown", keys, true);
    removeEventListener("resize", reposition);
    document.removeEventListener("scroll", reposition, true);
    watch.disconnect();
    node.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (giveBack && document.contains(anchor)) anchor.focus();
    onClose?.();
  }
  anchor.setAttribute("aria-expanded", "true");
  return self;
}

export const closePopup = () => open?.close(false);

const GAP = 4;
const MARGIN = 8;

function position(node, anchor, width) {
  const at = anchor.getBoundingClientRect();
  if (width === "anchor") node.style.minWidth = `${Math.max(at.width, 200)}px`;
  const { offsetWidth, offsetHeight } = node;
  const below = innerHeight - at.bottom - GAP - MARGIN;
  const above = at.top - GAP - MARGIN;
  const up = below < offsetHeight && above > below;
  const left = Math.min(at.left, innerWidth - offsetWidth - MARGIN);
  node.style.left = `${Math.max(MARGIN, left)}px`;
  node.style.top = up ? `${Math.max(MARGIN, at.top - GAP - offsetHeight)}px` : `${at.bottom + GAP}px`;
  node.style.maxHeight = `${Math.max(120, up ? above : below)}px`;
}

/** A menu of actions: arrow keys, Home, End, Esc. `items`: [{label: nodes, description?, choose}] */
export function menu(anchor, items) {
  const rows = items.map((item) => h("button", {
    type: "button",
    class: "menu-item",
    role: "menuitem",
    tabIndex: -1,
    on: { click: () => { self.close(true); item.choose(); } },
  }, h("span", { class: "menu-label" }, item.label), item.description ? h("span", { class: "menu-description" }, item.description) : null));
  const list = h("div", { class: "menu", role: "menu", on: { keydown: (event) => walk(event, rows, self) } }, rows);
  const self = popup(anchor, list);
  rows[0]?.focus();
  return self;
}

function walk(event, rows, self) {
  const at = rows.indexOf(document.activeElement);
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (event.key === "Tab") self.close(true);
  if (target === undefined) return;
  event.preventDefault();
  rows[(target + rows.length) % rows.length].focus();
}
