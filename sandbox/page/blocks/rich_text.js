// Rich text: sections, lists, preformatted text, quotes.

import { h } from "../dom.js";
import { withEmoji } from "../emoji.js";
import { broadcast, channelLink, dateNode, emojiNode, link, mention } from "../inline.js";

const STYLES = [["code", "code"], ["strike", "s"], ["underline", "u"], ["italic", "i"], ["bold", "b"]];

function styled(nodes, style) {
  let inner = nodes;
  for (const [name, tag] of STYLES) {
    if (style?.[name]) inner = [h(tag, { class: tag === "code" ? "code" : null }, ...inner)];
  }
  return inner;
}

const lines = (text) => text.split("\n").flatMap((piece, index) => [...(index ? [h("br")] : []), ...withEmoji(piece)]);

function leaf(element) {
  switch (element.type) {
    case "text": return lines(element.text ?? "");
    case "link": return [link(element.url, ...withEmoji(element.text || element.url))];
    case "emoji": return [emojiNode(element.name)];
    case "user": return [mention(element.user_id)];
    case "usergroup": return [h("span", { class: "mention" }, `@${element.usergroup_id}`)];
    case "channel": return [channelLink(element.channel_id)];
    case "broadcast": return [broadcast(element.range)];
    case "date": return [dateNode(element.timestamp, element.format ?? "{date_num}", element.url, element.fallback ?? "")];
    case "color": return [h("code", { class: "code" }, element.value)];
    default: return [h("span", { class: "unsupported" }, `unsupported: ${element.type}`)];
  }
}

export const leaves = (elements) => (elements ?? []).flatMap((element) => styled(leaf(element), element.style));

function list(element) {
  const tag = element.style === "ordered" ? "ol" : "ul";
  const indent = Math.min(element.indent ?? 0, 4);
  const start = tag === "ol" && element.offset ? String(element.offset + 1) : null;
  const className = `rich-list indent-${indent}${element.border ? " bordered" : ""}`;
  return h(tag, { class: className, start }, element.elements.map((item) => h("li", {}, part(item))));
}

function part(element) {
  switch (element.type) {
    case "rich_text_section": return h("div", { class: "rich-section" }, leaves(element.elements));
    case "rich_text_list": return list(element);
    case "rich_text_preformatted": return h("pre", { class: "pre" }, (element.elements ?? []).map((e) => e.text ?? e.url ?? "").join(""));
    case "rich_text_quote": return h("blockquote", { class: "quote" }, leaves(element.elements));
    default: return h("div", { class: "unsupported" }, `unsupported: ${element.type}`);
  }
}

export const richText = (block) => h("div", { class: "rich" }, (block.elements ?? []).map(part));
