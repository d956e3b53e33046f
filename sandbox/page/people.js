// Faces and names. Pictures would need a network, so people are initials on a colour of their own.

import { h } from "./dom.js";
import { appMark } from "./icons.js";
import { nameOf, personOf } from "./state.js";

const TINTS = 8;

function tintOf(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return sum % TINTS;
}

function initials(name) {
  const words = name.trim().split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0]).join("").toUpperCase() || "?";
}

/** A square face; the name stands beside it, so it is hidden from screen readers. */
export function avatar(id, { name, app = false, size = "m" } = {}) {
  const person = personOf(id);
  const isApp = app || person?.is_bot;
  const shown = name ?? nameOf(id);
  const given = person?.avatar ?? "";
  const node = h("span", { class: `avatar avatar-${size} ${isApp ? "avatar-app" : `tint-${tintOf(id ?? shown)}`}`, "aria-hidden": "true" });
  // The server may tell a colour or the initials; anything else is worked out here.
  if (/^#[0-9a-f]{3,8}$/i.test(given) && !isApp) node.style.backgroundColor = given;
  node.append(isApp ? appMark() : /^\p{L}{1,3}$/u.test(given) ? given : initials(shown));
  return node;
}

/** What stands behind a name: guests and people of other organisations are told apart, as in Slack. */
export function standing(person) {
  if (!person || person.is_bot) return null;
  if (person.deleted) return "Deactivated";
  if (person.is_stranger) return "External";
  return person.is_guest ? "Guest" : null;
}
