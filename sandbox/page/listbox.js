// A list to choose from, searchable by typing: the popup of every select. The text field keeps the
// focus and points at the current option, which is how screen readers follow it.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { nextId, popup } from "./menus.js";

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Opens the list under `anchor`. `groups`: [{label?, options: [{value, text, label, description?, face?}]}];
 * `chosen`: a Set of values; `pick(option)` returns true to keep the list open (several may be chosen);
 * `searchable` shows the search box even over a short list.
 */
export function listbox(anchor, { groups, chosen, pick, name, multi = false, searchable = false, onClose }) {
  const id = nextId("list");
  const list = h("div", { class: "listbox", role: "listbox", id, "aria-label": name, "aria-multiselectable": multi ? "true" : null });
  const search = h("input", {
    type: "text", class: "listbox-search", placeholder: "Type to search", autocomplete: "off", spellcheck: "false",
    role: "combobox", "aria-expanded": "true", "aria-controls": id, "aria-label": `Search ${name}`, "aria-autocomplete": "list",
  });
  let rows = [];
  let at = 0;

  function draw() {
    const wanted = fold(search.value.trim());
    rows = [];
    list.replaceChildren();
    for (const group of groups) {
      const hits = group.options.filter((option) => fold(option.text).includes(wanted));
      if (!hits.length) continue;
      if (group.label) list.append(h("div", { class: "listbox-group", role: "presentation" }, group.label));
      for (const option of hits) list.append(row(option));
    }
    if (!rows.length) list.append(h("p", { class: "listbox-empty" }, "Nothing found"));
    point(Math.max(0, search.value ? 0 : rows.findIndex(({ option }) => chosen.has(option.value))));
  }

  function row(option) {
    const node = h("div", {
      class: "option", role: "option", id: `${id}-${rows.length}`, "aria-selected": String(chosen.has(option.value)),
      on: { click: () => choose(option), pointermove: () => at !== index && point(index) },
    }, option.face ?? null,
    h("span", { class: "option-text" }, h("span", {}, option.label), option.description ? h("span", { class: "option-description" }, option.description) : null),
    h("span", { class: "option-tick", "aria-hidden": "true" }, chosen.has(option.value) ? icon("check", 16) : null));
    const index = rows.push({ node, option }) - 1;
    return node;
  }

  function point(index) {
    if (!rows.length) return search.removeAttribute("aria-activedescendant");
    rows[at]?.node.classList.remove("at");
    at = (index + rows.length) % rows.length;
    rows[at].node.classList.add("at");
    rows[at].node.scrollIntoView({ block: "nearest" });
    search.setAttribute("aria-activedescendant", rows[at].node.id);
  }

  function choose(option) {
    if (!pick(option)) return self.close(true);
    const stay = at;
    draw();
    point(stay);
  }

  function keys(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) point(at + step);
    else if (event.key === "Enter" && rows.length) choose(rows[at].option);
    else if (event.key === "Tab") return self.close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  search.addEventListener("input", draw);
  search.addEventListener("keydown", keys);
  const short = !searchable && groups.reduce((sum, group) => sum + group.options.length, 0) <= 6;
  const self = popup(anchor, h("div", { class: short ? "listbox-box short" : "listbox-box" }, h("div", { class: "listbox-top" }, icon("search", 16), search), list), { onClose, width: "anchor" });
  draw();
  search.focus();
  return self;
}
