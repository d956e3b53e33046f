// Buttons and overflow menus.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { safeUrl, textObject } from "../inline.js";
import { menu } from "../menus.js";

const follow = (url) => {
  const target = url && safeUrl(url);
  if (target) window.open(target, "_blank", "noopener,noreferrer");
};

export function button(element, ctx) {
  const style = element.style ? ` ${element.style}` : "";
  const node = h("button", {
    type: "button",
    class: `button block-button${style}`,
    "aria-label": element.accessibility_label,
    data: { actionId: element.action_id ?? "" },
    on: { click: press },
  }, h("span", {}, textObject(element.text)), element.url ? icon("out", 14) : null);

  // A link button opens its address and tells the app as well.
  async function press() {
    if (await ctx.act(node, element, null)) follow(element.url);
  }
  return node;
}

export function overflow(element, ctx) {
  const node = h("button", {
    type: "button",
    class: "button block-button overflow",
    "aria-label": "More actions",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    data: { actionId: element.action_id ?? "" },
    on: { click: () => menu(node, items()) },
  }, icon("more"));

  const items = () => element.options.map((option) => ({
    label: textObject(option.text),
    description: option.description && textObject(option.description),
    choose: async () => {
      if (await ctx.act(node, element, option.value)) follow(option.url);
    },
  }));
  return node;
}
