// What people have entered, read from the fields themselves when an action or a submission needs
// it. There is no second copy that could disagree with what is on the screen.

import { h } from "../dom.js";

const readers = new WeakMap();

/** Marks a node as a Block Kit element whose value is `read()`; null means nothing chosen. */
export function field(node, element, read) {
  node.dataset.actionId = element.action_id ?? "";
  node.dataset.field = element.type;
  readers.set(node, read);
  return node;
}

export const blockIdOf = (node) => node.closest("[data-block-id]")?.dataset.blockId ?? "";

/** {block_id: {action_id: value}} of everything below `root`. */
export function collect(root) {
  const values = {};
  for (const node of root.querySelectorAll("[data-field]")) {
    const block = blockIdOf(node);
    values[block] ??= {};
    values[block][node.dataset.actionId] = readers.get(node)();
  }
  return values;
}

const isEmpty = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

const MAIL = /^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;]+$/;

function complaint(element, value) {
  if (isEmpty(value)) return null;
  const length = [...String(value)].length;
  if (element.min_length && length < element.min_length) return `At least ${element.min_length} characters, please.`;
  if (element.max_length && length > element.max_length) return `At most ${element.max_length} characters, please.`;
  if (element.type === "email_text_input" && !MAIL.test(value)) return "This is not an e-mail address.";
  if (element.type === "number_input") return numberComplaint(element, value);
  return null;
}

function numberComplaint(element, value) {
  const number = Number(String(value).replace(",", "."));
  if (!Number.isFinite(number)) return "A number, please.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "A whole number, please.";
  if (element.min_value !== undefined && number < Number(element.min_value)) return `At least ${element.min_value}, please.`;
  if (element.max_value !== undefined && number > Number(element.max_value)) return `At most ${element.max_value}, please.`;
  return null;
}

/** What Slack's own client refuses before an app hears of it: {block_id: words}. */
export function mistakes(blocks, values) {
  const found = {};
  for (const block of blocks) {
    if (block.type !== "input") continue;
    const value = values[block.block_id]?.[block.element.action_id];
    if (isEmpty(value) && !block.optional) found[block.block_id] = "Please fill this in.";
    else {
      const words = complaint(block.element, value);
      if (words) found[block.block_id] = words;
    }
  }
  return found;
}

/** Shows (or clears) the words at a field, tied to it for screen readers. */
export function showError(blockNode, words) {
  const slot = blockNode.querySelector(":scope > .field-error");
  if (!slot) return;
  slot.textContent = words ?? "";
  slot.hidden = !words;
  blockNode.classList.toggle("has-error", Boolean(words));
  const control = blockNode.querySelector("input, textarea, select, [role=combobox]");
  if (!control) return;
  if (words) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
}

export const errorSlot = (id) => h("p", { class: "field-error", id, hidden: true });
