// Layout blocks: what holds texts, pictures and elements.

import { h } from "../dom.js";
import { safeUrl, textObject } from "../inline.js";
import { nextId } from "../menus.js";
import { elementNode } from "./elements.js";
import { errorSlot } from "./form.js";

const LONG_TEXT = 700;
const LONG_LINES = 6;

// As in Slack, a long section is folded unless its app says `expand`.
function folding(section, node) {
  const text = section.text?.text ?? "";
  if (section.expand || (text.length <= LONG_TEXT && text.split("\n").length <= LONG_LINES)) return node;
  node.classList.add("folded");
  const more = h("button", { type: "button", class: "link-button", "aria-expanded": "false", on: { click: toggle } }, "See more");
  function toggle() {
    const folded = node.classList.toggle("folded");
    more.textContent = folded ? "See more" : "See less";
    more.setAttribute("aria-expanded", String(!folded));
  }
  return h("div", {}, node, more);
}

export const header = (block) => h("h3", { class: "block-header" }, textObject(block.text));

export function section(block, ctx) {
  const fields = block.fields?.length ? h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "field-text" }, textObject(field)))) : null;
  const text = block.text ? folding(block, h("div", { class: "text" }, textObject(block.text))) : null;
  const body = h("div", { class: "section-body" }, text, fields);
  if (!block.accessory) return h("div", { class: "section" }, body);
  const accessory = block.accessory.type === "image" ? picture(block.accessory, "accessory-image") : elementNode(block.accessory, ctx);
  return h("div", { class: "section with-accessory" }, body, h("div", { class: "accessory" }, accessory));
}

// Pictures come from this origin only (the policy of the page); the words stand in for the rest.
function picture(block, className) {
  const source = block.image_url ?? block.slack_file?.url ?? null;
  const image = h("img", { src: source && safeUrl(source), alt: block.alt_text ?? "", class: className, loading: "lazy" });
  image.addEventListener("error", () => image.replaceWith(h("span", { class: "no-image" }, block.alt_text || "picture")));
  return image;
}

export const image = (block) => h("figure", { class: "block-image" },
  block.title ? h("figcaption", {}, textObject(block.title)) : null,
  picture(block, "image"));

export const context = (block) => h("div", { class: "context" },
  (block.elements ?? []).map((element) => (element.type === "image" ? picture(element, "context-image") : h("span", { class: "context-text" }, textObject(element)))));

export const divider = () => h("hr", { class: "divider" });

export const actions = (block, ctx) => h("div", { class: "actions" }, (block.elements ?? []).map((element) => elementNode(element, ctx)));

const GROUPS = new Set(["checkboxes", "radio_buttons"]);

export function input(block, ctx) {
  const id = nextId("field");
  const hint = block.hint ? h("p", { class: "hint", id: `${id}-hint` }, textObject(block.hint)) : null;
  const error = errorSlot(`${id}-error`);
  const label = block.label?.text ?? "";
  const inner = {
    ...ctx,
    label,
    required: !block.optional,
    describedBy: [hint && hint.id, error.id].filter(Boolean).join(" "),
    fieldId: GROUPS.has(block.element.type) ? null : id,
    dispatch: block.dispatch_action === true,
    // An input block keeps its value for the submission unless it asks to dispatch.
    live: block.dispatch_action === true,
  };
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  const caption = GROUPS.has(block.element.type)
    ? h("div", { class: "label" }, textObject(block.label), optional)
    : h("label", { class: "label", for: id }, textObject(block.label), optional);
  return h("div", { class: "input-block" }, caption, elementNode(block.element, inner), hint, error);
}
