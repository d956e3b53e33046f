// The panel at the right: one message and its replies.

import { get } from "./api.js";
import { composer } from "./composer.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { refresher } from "./live.js";
import { messageList } from "./messages.js";
import { desk } from "./state.js";

/** {node, changed(what), close}. */
export function threadPanel({ channel, ts, name, dismiss }) {
  const as = desk.me;
  const list = messageList({ channel, thread: ts, openThread: () => {}, name: "Thread" });
  const box = composer({ channel, thread: ts, placeholder: "Reply…", label: "Reply", commands: false });
  const close = h("button", { type: "button", class: "icon-button", "aria-label": "Close thread", on: { click: dismiss } }, icon("close"));
  const node = h("section", { class: "thread", "aria-label": "Thread", on: { keydown: (event) => event.key === "Escape" && !event.defaultPrevented && dismiss() } },
    h("header", { class: "pane-head" }, h("div", { class: "pane-title" }, h("h2", {}, "Thread"), h("span", { class: "pane-topic" }, name)), close),
    list.node, box.node);

  const refresh = refresher(() => get("/desk/thread", { as, channel, ts }), (answer) => {
    if (desk.me === as && node.isConnected && answer.ok) list.show(answer.messages);
  });
  requestAnimationFrame(refresh);
  return {
    node,
    focus: box.focus,
    changed: (what) => (what === `thread:${channel}:${ts}` || what === `channel:${channel}` || what === "*") && refresh(),
    close: list.close,
  };
}
