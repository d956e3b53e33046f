// The markdown block: the standard's common part (headings, lists, emphasis, code, links, quotes).

import { h } from "../dom.js";
import { withEmoji } from "../emoji.js";
import { link } from "../inline.js";

const INLINE = /`([^`]+)`|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*([^*\s][^*]*)\*|_([^_\s][^_]*)_|\[([^\]]*)\]\(([^)\s]+)\)|(https?:\/\/[^\s<>)]+)/g;

function inline(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    parts.push(...withEmoji(text.slice(end, match.index)), span(match));
    end = match.index + match[0].length;
  }
  return [...parts, ...withEmoji(text.slice(end))];
}

function span([whole, code, strong, strong2, strike, em, em2, label, url]) {
  if (code) return h("code", { class: "code" }, code);
  if (strong ?? strong2) return h("b", {}, ...inline(strong ?? strong2));
  if (strike) return h("s", {}, ...inline(strike));
  if (em ?? em2) return h("i", {}, ...inline(em ?? em2));
  return url ? link(url, ...inline(label)) : link(whole, whole);
}

const HEADING = /^(#{1,6})\s+(.*)$/;
const BULLET = /^\s*[-*+]\s+(.*)$/;
const NUMBER = /^\s*\d+[.)]\s+(.*)$/;
const QUOTE = /^>\s?(.*)$/;

/** Takes lines as long as they match and returns their texts. */
function take(lines, pattern) {
  const texts = [];
  while (lines.length && pattern.test(lines[0])) texts.push(pattern.exec(lines.shift())[1]);
  return texts;
}

function fence(lines) {
  lines.shift();
  const text = [];
  while (lines.length && !lines[0].startsWith("```")) text.push(lines.shift());
  lines.shift();
  return h("pre", { class: "pre" }, text.join("\n"));
}

const special = (line) => line.startsWith("```") || HEADING.test(line) || BULLET.test(line) || NUMBER.test(line) || QUOTE.test(line) || !line.trim();

function paragraph(lines) {
  const texts = [lines.shift()];
  while (lines.length && !special(lines[0])) texts.push(lines.shift());
  return h("p", {}, texts.flatMap((text, index) => [index ? h("br") : null, ...inline(text)]));
}

function next(lines) {
  const line = lines[0];
  if (line.startsWith("```")) return fence(lines);
  const heading = HEADING.exec(line);
  if (heading) {
    lines.shift();
    return h("p", { class: "markdown-heading", role: "heading", "aria-level": String(Math.min(6, heading[1].length + 2)) }, ...inline(heading[2]));
  }
  if (BULLET.test(line)) return h("ul", { class: "rich-list" }, take(lines, BULLET).map((text) => h("li", {}, ...inline(text))));
  if (NUMBER.test(line)) return h("ol", { class: "rich-list" }, take(lines, NUMBER).map((text) => h("li", {}, ...inline(text))));
  if (QUOTE.test(line)) return h("blockquote", { class: "quote" }, take(lines, QUOTE).flatMap((text, index) => [index ? h("br") : null, ...inline(text)]));
  return paragraph(lines);
}

export function markdown(block) {
  const lines = String(block.text ?? "").split("\n");
  const node = h("div", { class: "rich markdown" });
  while (lines.length) {
    if (lines[0].trim()) node.append(next(lines));
    else lines.shift();
  }
  return node;
}
