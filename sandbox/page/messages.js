// The list of messages of a channel, a direct message or a thread.

import { h, patchList } from "./dom.js";
import { icon } from "./icons.js";
import { drawMessage, messageNode } from "./message.js";
import { desk } from "./state.js";
import { dateOf, dayKey, dayName, now } from "./time.js";

const GROUP_WITHIN = 5 * 60;
const NEAR = 60;

const sender = (message) => `${message.user}/${message.bot_id}/${message.username}`;

// A card always shows whose it is, with or without buttons, and so does what comes after a thread.
const isCard = (message) => message.blocks?.length > 1 || message.blocks?.some((block) => block.type === "actions");
const standsAlone = (message) => Boolean(message.bot_id && isCard(message));

function follows(message, previous) {
  if (!previous || standsAlone(message) || standsAlone(previous) || previous.reply_count || previous.ephemeral !== message.ephemeral || message.broadcast || previous.broadcast) return false;
  return sender(message) === sender(previous) && Number(message.ts) - Number(previous.ts) < GROUP_WITHIN;
}

/** Messages with the lines between the days, and those of one sender close together grouped. */
function itemsOf(messages, place, since) {
  const items = [];
  let previous = null;
  for (const message of messages) {
    const date = dateOf(message.ts);
    if (!place.thread && (!previous || dayKey(dateOf(previous.ts)) !== dayKey(date))) {
      items.push({ kind: "day", key: `day ${dayKey(date)}`, date });
      previous = null;
    }
    if (since && message.ts === since) {
      items.push({ kind: "new", key: "new" });
      previous = null;
    }
    items.push({ kind: "message", key: message.ephemeral ? `e${message.ts}` : message.ts, message, grouped: follows(message, previous), place });
    previous = message;
  }
  return items;
}

const day = ({ date }) => h("div", { class: "day", role: "separator" }, h("span", {}, dayName(date)));
const fresh = () => h("div", { class: "new-line", role: "separator" }, h("span", {}, "New"));

function sign(item) {
  if (item.kind !== "message") return item.kind === "day" ? dayName(item.date) : "";
  const roster = desk.people.size;
  return JSON.stringify([item.message, item.grouped, roster, dayKey(now()), item.place.parentOf?.(item.message.thread_ts)?.text]);
}

/** {node, show(messages, {since})}: `since` is the ts of the first unread message. */
export function messageList({ channel, thread = null, openThread, empty, name, at = null }) {
  let byTs = new Map();
  const list = h("div", { class: "list", role: "log", "aria-label": name, "aria-live": "off" });
  const void_ = h("div", { class: "empty", hidden: true }, empty ?? null);
  const inner = h("div", { class: "list-inner" }, void_, list);
  const jump = h("button", { type: "button", class: "jump", hidden: true, on: { click: toEnd } }, icon("down", 16), "Jump to latest");
  const scroller = h("div", { class: "scroller", tabIndex: 0, role: "region", "aria-label": name }, inner);
  const node = h("div", { class: "messages" }, scroller, jump);
  let stick = true;

  const place = {
    thread,
    openThread,
    parentOf: (ts) => byTs.get(ts),
    blocksOf: (message) => ({
      container: () => ({ type: "message", channel, ts: message.ts }),
      root: () => list.querySelector(`[data-ts="${CSS.escape(message.ts)}"]`),
      state: null,
    }),
  };

  function toEnd() {
    stick = true;
    scroller.scrollTop = scroller.scrollHeight;
    jump.hidden = true;
  }

  // A link led here: once, and then one reads on as one likes.
  function toMessage() {
    const node = list.querySelector(`[data-ts="${CSS.escape(at)}"]`);
    at = null;
    stick = false;
    node.classList.add("led-to");
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    jump.hidden = atEnd();
  }

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;

  scroller.addEventListener("scroll", () => {
    stick = atEnd();
    if (stick) jump.hidden = true;
  }, { passive: true });

  // A picture that arrives late, a composer that grows: who was at the end stays at the end.
  const watch = new ResizeObserver(() => stick && toEnd());
  watch.observe(inner);
  watch.observe(scroller);

  function show(messages, { since = null } = {}) {
    const last = messages.at(-1)?.ts;
    const grew = byTs.size && last && !byTs.has(last);
    byTs = new Map(messages.map((message) => [message.ts, message]));
    patchList(list, itemsOf(messages, place, since), {
      key: (item) => item.key,
      sign,
      make: (item) => (item.kind === "message" ? messageNode(item) : item.kind === "day" ? day(item) : fresh()),
      update: (existing, item) => {
        if (item.kind === "message") drawMessage(existing, item);
        else if (item.kind === "day") existing.replaceChildren(...day(item).childNodes);
      },
    });
    void_.hidden = messages.length > 0;
    if (at && byTs.has(at)) toMessage();
    else if (stick) toEnd();
    else if (grew) jump.hidden = false;
    // Only what comes after the first drawing is worth announcing.
    requestAnimationFrame(() => list.setAttribute("aria-live", "polite"));
  }
  return { node, show, close: () => watch.disconnect(), toEnd };
}
