// One message: face, name, time, body, files, the link to its thread.

import { drawBlocks } from "./blocks/index.js";
import { h, patchList } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn, safeUrl, textObject } from "./inline.js";
import { avatar, standing } from "./people.js";
import { desk, nameOf, personOf } from "./state.js";
import { clockTime, dateOf, dayKey, fullTime, now } from "./time.js";

const fromApp = (message) => Boolean(message.bot_id) || personOf(message.user)?.is_bot;
const authorOf = (message) => message.username || nameOf(message.user ?? message.bot_id ?? "app");
export const isReply = (message) => Boolean(message.thread_ts && message.thread_ts !== message.ts);

const time = (message, className) => {
  const date = dateOf(message.ts);
  return h("time", { class: className, datetime: date.toISOString(), title: fullTime(date) }, clockTime(date));
};

function head({ message }) {
  const person = personOf(message.user);
  const mark = fromApp(message) ? "APP" : standing(person);
  return h("div", { class: "message-head" },
    h("b", { class: "author" }, authorOf(message)),
    mark ? h("span", { class: "badge" }, mark) : null,
    time(message, "time"));
}

const face = ({ message, grouped }) => (grouped
  ? h("span", { class: "gutter" }, time(message, "time"))
  : h("span", { class: "gutter" }, avatar(message.user ?? message.bot_id, { name: authorOf(message), app: fromApp(message) })));

const ephemeral = () => h("div", { class: "message-tag" }, icon("eye", 14), "Only visible to you");

function broadcast({ message, place }) {
  const parent = place.parentOf?.(message.thread_ts);
  const about = parent ? (parent.text ?? "").split("\n")[0] : "a thread";
  const open = h("button", { type: "button", class: "link-button", on: { click: () => place.openThread(message.thread_ts) } }, about.length > 80 ? `${about.slice(0, 80)}…` : about || "a thread");
  return h("div", { class: "message-tag" }, icon("reply", 14), "replied to a thread: ", open);
}

const sizes = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const sizeOf = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${sizes.format(bytes / 1024)} kB` : `${sizes.format(bytes / 1048576)} MB`);

/** A file as a card; the link saves it. */
export function fileCard({ name, mimetype, size, url }) {
  return h("a", { class: "file", href: safeUrl(url), download: name, "aria-label": `Download ${name}` },
    h("span", { class: "file-icon", "aria-hidden": "true" }, icon("file", 22)),
    h("span", { class: "file-text" }, h("b", {}, name), h("span", {}, [mimetype, Number.isFinite(size) ? sizeOf(size) : null].filter(Boolean).join(" · "))),
    icon("download", 18));
}

const files = ({ message }) => h("div", { class: "files" }, message.files.map(fileCard));

// Legacy attachments: a coloured bar with blocks or texts.
function attachment(one, place) {
  const node = h("div", { class: "attachment" });
  if (/^#?[0-9a-f]{6}$/i.test(one.color ?? "")) node.style.borderInlineStartColor = `#${one.color.replace("#", "")}`;
  if (one.pretext) node.append(h("div", { class: "text" }, mrkdwn(one.pretext)));
  if (one.title) node.append(h("b", {}, textObject({ type: "plain_text", text: one.title })));
  if (one.blocks) {
    const body = h("div", { class: "blocks" });
    drawBlocks(body, one.blocks, place);
    node.append(body);
  } else if (one.text ?? one.fallback) node.append(h("div", { class: "text" }, mrkdwn(one.text ?? one.fallback)));
  return node;
}

function drawBody(node, { message, place }) {
  const edited = message.edited ? [{ type: "edited" }] : [];
  const texts = message.blocks?.length ? [{ type: "blocks" }] : message.text ? [{ type: "text", text: message.text, plain: message.mrkdwn === false }] : [];
  const more = (message.attachments ?? []).map((one) => ({ type: "attachment", one }));
  patchList(node, [...texts, ...more, ...edited], {
    key: (part, index) => `${part.type} ${index}`,
    // Blocks are compared one by one further down; the rest is cheap to compare whole.
    sign: (part) => dayKey(now()) + JSON.stringify(part.type === "blocks" ? message.blocks : part),
    make: (part) => {
      const made = makePart(part, place);
      if (part.type === "blocks") drawBlocks(made, message.blocks, place.blocksOf(message));
      return made;
    },
    update: (made, part) => {
      if (part.type === "blocks") drawBlocks(made, message.blocks, place.blocksOf(message));
      else made.replaceChildren(...makePart(part, place.blocksOf(message)).childNodes);
    },
  });
}

function makePart(part, place) {
  if (part.type === "blocks") return h("div", { class: "blocks" });
  if (part.type === "attachment") return attachment(part.one, place);
  if (part.type === "edited") return h("span", { class: "edited" }, "(edited)");
  return h("div", { class: "text" }, part.plain ? textObject({ type: "plain_text", text: part.text }) : mrkdwn(part.text));
}

function body(item) {
  const node = h("div", { class: "message-body" });
  drawBody(node, item);
  return node;
}

const count = (n) => (n === 1 ? "1 reply" : `${n} replies`);

const replies = ({ message, place }) => h("button", { type: "button", class: "replies", on: { click: () => place.openThread(message.ts) } },
  h("b", {}, count(message.reply_count)), h("span", { class: "replies-hint", "aria-hidden": "true" }, "View thread"));

const tools = ({ message, place }) => h("div", { class: "tools" },
  h("button", { type: "button", class: "icon-button", "aria-label": "Reply in thread", title: "Reply in thread", on: { click: () => place.openThread(isReply(message) ? message.thread_ts : message.ts) } }, icon("reply", 18)));

function partsOf({ message, grouped, place }) {
  const inThread = place.thread;
  return [
    ["tag", ephemeral, message.ephemeral],
    ["broadcast", broadcast, !inThread && isReply(message) && !message.ephemeral],
    ["face", face, true],
    ["head", head, !grouped],
    ["body", body, true],
    ["files", files, message.files?.length],
    ["replies", replies, !inThread && message.reply_count > 0],
    ["tools", tools, !inThread && !message.ephemeral],
  ].filter(([, , wanted]) => wanted);
}

const SIGNS = {
  face: ({ message, grouped }) => [grouped, message.user, message.username, nameOf(message.user)],
  head: ({ message }) => [message.user, message.username, nameOf(message.user)],
  body: ({ message }) => [message.blocks, message.text, message.attachments, message.edited, dayKey(now())],
  files: ({ message }) => message.files,
  replies: ({ message }) => message.reply_count,
  broadcast: ({ message, place }) => [message.thread_ts, place.parentOf?.(message.thread_ts)?.text],
};

export function drawMessage(node, item) {
  const { message, grouped } = item;
  node.className = ["message", grouped && "grouped", message.ephemeral && "ephemeral", message.text?.includes(`<@${desk.me}>`) && "mentions-me"].filter(Boolean).join(" ");
  node.dataset.ts = message.ts;
  patchList(node, partsOf(item), {
    key: ([name]) => name,
    sign: ([name]) => JSON.stringify(SIGNS[name]?.(item) ?? name),
    make: ([, make]) => make(item),
    update: (part, [name, make]) => (name === "body" ? drawBody(part, item) : redo(part, make(item))),
  });
  return node;
}

function redo(part, fresh) {
  part.replaceChildren(...fresh.childNodes);
  part.className = fresh.className;
}

export const messageNode = (item) => drawMessage(h("article", { tabIndex: -1 }), item);
