// Emoji by Slack's names. Not every machine that runs the demo has an emoji font, so a small set is
// drawn (emoji_art.js); the other known names fall back to the character, unknown ones stay as typed.

import { drawing } from "./dom.js";
import { ALIASES, ART, CHARACTERS } from "./emoji_art.js";

const NAMES = new Map(Object.entries(CHARACTERS).map(([name, character]) => [character, name]));
const bare = (text) => text.replaceAll("\uFE0F", "");
const drawn = [...NAMES.keys()].map((c) => bare(c).replace(/[.*+?^${}()|[\]\\]/g, "\\$&") + "\uFE0F?");
const PATTERN = new RegExp(`:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?|(${drawn.join("|")})`, "gu");

/** A node for an emoji's name, or null when the name is not known. */
export function emoji(name) {
  const key = ALIASES[name] ?? name;
  const art = ART[key];
  if (art) return drawing("0 0 24 24", art, { class: "emoji", label: `:${name}:` });
  const character = CHARACTERS[key];
  if (!character) return null;
  const node = document.createElement("span");
  node.className = "emoji-char";
  node.textContent = character;
  return node;
}

/** Splits text into strings and emoji nodes. */
export function withEmoji(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(PATTERN)) {
    const node = emoji(match[1] ?? NAMES.get(match[2]) ?? NAMES.get(bare(match[2])));
    if (!node) continue;
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(node);
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}
