// Dialogs: a native <dialog> makes the rest inert; here it also keeps Tab within and gives the
// focus back to where it was, or to the nearest thing still there.

import { h } from "./dom.js";
import { closePopup, nextId } from "./menus.js";

const REACHABLE = "a[href], button, input, textarea, select, iframe, [tabindex]:not([tabindex='-1'])";

const reachable = (root) => [...root.querySelectorAll(REACHABLE)].filter((node) => !node.disabled && node.checkVisibility?.() !== false && !node.closest("[inert]"));

function keepTab(event, dialog) {
  if (event.key !== "Tab" || event.defaultPrevented) return;
  const stops = reachable(dialog);
  if (!stops.length) return event.preventDefault();
  const [first, last] = [stops[0], stops.at(-1)];
  const inside = dialog.contains(document.activeElement) && document.activeElement !== dialog;
  if (event.shiftKey ? document.activeElement === first || !inside : document.activeElement === last) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}

/** A modal dialog on the page; `dismiss` is called for Esc. Returns {node, close}. */
export function openDialog({ className, dismiss, titleId, role }, ...content) {
  const before = document.activeElement;
  const trail = trailOf(before);
  closePopup();
  const node = h("dialog", { class: `dialog ${className}`, "aria-labelledby": titleId, role: role ?? null, tabIndex: -1 }, ...content);
  node.addEventListener("cancel", (event) => {
    event.preventDefault();
    dismiss();
  });
  node.addEventListener("keydown", (event) => {
    keepTab(event, node);
    // Handled here and not left to the browser, which closes a dialog by itself on a second Esc.
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      dismiss();
    }
  });
  document.body.append(node);
  node.showModal();
  return { node, close: () => leave(node, before, trail) };
}

function leave(node, before, trail) {
  // Notices are shown inside the topmost dialog; they outlive it.
  const shelf = node.querySelector("#notices");
  if (shelf) document.body.append(shelf);
  node.close();
  node.remove();
  giveBack(before, trail);
}

// Where to go when the button that opened the dialog has been drawn anew meanwhile.
function trailOf(node) {
  return { action: node?.closest?.("[data-action-id]")?.dataset.actionId, ts: node?.closest?.("[data-ts]")?.dataset.ts };
}

function giveBack(before, { action, ts }) {
  if (before && before !== document.body && document.contains(before)) return before.focus({ preventScroll: true });
  const row = ts && document.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  const button = row && action && row.querySelector(`button[data-action-id="${CSS.escape(action)}"]`);
  (button || row || document.querySelector("[data-composer]") || document.getElementById("pane"))?.focus({ preventScroll: true });
}

/** Asks before an element acts, in the app's own words: {title, text, confirm, deny, style}. */
export function confirm(object, words) {
  return new Promise((resolve) => {
    const id = nextId("confirm");
    const end = (answer) => () => { dialog.close(); resolve(answer); };
    const danger = object.style === "danger";
    const yes = h("button", { type: "button", class: danger ? "button danger filled" : "button primary", on: { click: end(true) } }, words(object.confirm));
    const no = h("button", { type: "button", class: "button", on: { click: end(false) } }, words(object.deny));
    const dialog = openDialog({ className: "confirm", dismiss: end(false), titleId: id, role: "alertdialog" },
      h("h2", { id, class: "dialog-title" }, words(object.title)),
      h("div", { class: "confirm-text" }, words(object.text)),
      h("div", { class: "dialog-foot" }, no, yes));
    yes.focus();
  });
}
