// From mrkdwn's tree, from plain_text objects and from rich text's leaves to nodes.

import { emoji, withEmoji } from "./emoji.js";
import { h } from "./dom.js";
import { parse } from "./mrkdwn.js";
import { href, permalink } from "./router.js";
import { channelOf, desk, nameOf } from "./state.js";
import { formatDate, fullTime } from "./time.js";

const BROADCASTS = new Set(["here", "channel", "everyone"]);

/** An address that may be followed, or null: `javascript:` and its like are never links. */
export function safeUrl(url) {
  try {
    const parsed = new URL(url, location.href);
    return ["http:", "https:", "mailto:", "tel:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

export function link(url, ...children) {
  const target = safeUrl(url);
  if (!target) return h("span", {}, ...children);
  const within = permalink(target);
  if (within) return h("a", { href: href(...within), class: "link" }, ...children);
  return h("a", { href: target, class: "link", target: "_blank", rel: "noopener noreferrer" }, ...children);
}

export function mention(id, label) {
  const known = desk.people.has(id) ? nameOf(id) : (label ?? id);
  return h("span", { class: id === desk.me ? "mention mention-me" : "mention" }, `@${known}`);
}

export function channelLink(id, label) {
  const known = channelOf(id);
  if (!known) return h("span", { class: "mention" }, `#${label || "private-channel"}`);
  return h("a", { class: "mention", href: href("c", id) }, `#${known.name}`);
}

export const broadcast = (range) => h("span", { class: "mention mention-me" }, `@${range}`);

export function dateNode(unix, format, url, fallback) {
  const text = formatDate(unix, format) || fallback;
  const node = h("time", { datetime: new Date(unix * 1000).toISOString(), title: fullTime(new Date(unix * 1000)) }, text);
  return url ? link(url, node) : node;
}

function special(span) {
  if (BROADCASTS.has(span.id)) return broadcast(span.id);
  return h("span", { class: "mention" }, span.label ?? `@${span.id}`);
}

const MARK_TAGS = { b: "b", i: "i", s: "s" };

function node(span) {
  switch (span.kind) {
    case "text": return withEmoji(span.text);
    case "b": case "i": case "s": return h(MARK_TAGS[span.kind], {}, ...span.spans.map(node).flat());
    case "code": return h("code", { class: "code" }, span.text);
    case "link": return link(span.url, ...span.spans.map(node).flat());
    case "user": return mention(span.id, span.label);
    case "channel": return channelLink(span.id, span.label);
    case "special": return special(span);
    case "date": return dateNode(span.unix, span.format, span.url, span.fallback);
    default: return null;
  }
}

const lineBreak = (index) => (index ? [h("br")] : []);

const lines = (all) => all.flatMap((spans, index) => [...lineBreak(index), ...spans.map(node).flat()]);

/** mrkdwn as nodes. */
export function mrkdwn(text, options) {
  return parse(text ?? "", options).map((block) => {
    if (block.kind === "pre") return h("pre", { class: "pre" }, block.text);
    if (block.kind === "quote") return h("blockquote", { class: "quote" }, lines(block.lines));
    return h("span", { class: "run" }, lines(block.lines));
  });
}

/** A text object of Block Kit: {type: "mrkdwn"|"plain_text", text, verbatim?, emoji?}. */
export function textObject(object) {
  if (!object) return [];
  if (typeof object === "string") return mrkdwn(object);
  if (object.type === "mrkdwn") return mrkdwn(object.text, { verbatim: object.verbatim === true });
  const pieces = String(object.text ?? "").split("\n");
  const shown = (piece) => (object.emoji === false ? [piece] : withEmoji(piece));
  return pieces.flatMap((piece, index) => [...lineBreak(index), ...shown(piece)]);
}

export const emojiNode = (name) => emoji(name) ?? document.createTextNode(`:${name}:`);
