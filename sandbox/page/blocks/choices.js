// Checkboxes and radio buttons.

import { h } from "../dom.js";
import { textObject } from "../inline.js";
import { nextId } from "../menus.js";
import { field } from "./form.js";

function row(option, { type, name, checked, changed }) {
  const id = nextId("choice");
  const about = option.description && `${id}-about`;
  const input = h("input", { type, name, id, value: option.value, checked, "aria-describedby": about ?? null, on: { change: changed } });
  return h("div", { class: "choice" }, input, h("div", {},
    h("label", { for: id }, textObject(option.text)),
    about ? h("div", { class: "choice-about", id: about }, textObject(option.description)) : null));
}

function group(element, ctx, { type, initial, read }) {
  const name = nextId("choices");
  const chosen = new Set(initial);
  const changed = async () => {
    if (!ctx.live || (await ctx.act(node, element, read(node)))) return remember();
    for (const input of node.querySelectorAll("input")) input.checked = chosen.has(input.value);
    return undefined;
  };
  function remember() {
    chosen.clear();
    for (const input of node.querySelectorAll("input:checked")) chosen.add(input.value);
  }
  const node = h("div", { class: "field choices", role: type === "radio" ? "radiogroup" : "group", "aria-label": ctx.label ?? null, "aria-describedby": ctx.describedBy },
    element.options.map((option) => row(option, { type, name, checked: chosen.has(option.value), changed })));
  return field(node, element, () => read(node));
}

export function checkboxes(element, ctx) {
  const initial = ctx.start(element, element.initial_options?.map((option) => option.value)) ?? [];
  const read = (node) => [...node.querySelectorAll("input:checked")].map((input) => input.value);
  return group(element, ctx, { type: "checkbox", initial, read });
}

export function radioButtons(element, ctx) {
  const initial = [ctx.start(element, element.initial_option?.value)].filter((value) => value !== null);
  const read = (node) => node.querySelector("input:checked")?.value ?? null;
  return group(element, ctx, { type: "radio", initial, read });
}
