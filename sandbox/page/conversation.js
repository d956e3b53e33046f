// A channel or a direct message: its messages and its text box.

import { get, post } from "./api.js";
import { composer } from "./composer.js";
import { h } from "./dom.js";
import { refresher } from "./live.js";
import { messageList } from "./messages.js";
import { channelOf, desk, dmOf } from "./state.js";

/** {node, changed(what), close, focus}. `openThread(ts)` is told which thread to show. */
export function conversation({ channel, name, placeholder, openThread, empty, at = null }) {
  const as = desk.me;
  const unread = (channelOf(channel) ?? dmOf(channel))?.unread ?? 0;
  let since;
  const list = messageList({ channel, openThread, empty, name: `Conversation in ${name}`, at });
  const failure = h("p", { class: "pane-failure", role: "alert", hidden: true });
  const box = composer({ channel, placeholder });
  const node = h("div", { class: "conversation" }, failure, list.node, box.node);

  const refresh = refresher(() => get("/desk/messages", { as, channel }), (answer) => {
    if (desk.me !== as || !node.isConnected) return;
    failure.hidden = answer.ok;
    failure.textContent = answer.ok ? "" : answer.message;
    if (!answer.ok) return;
    // The line "New" stands where reading began and stays there while one reads on.
    since ??= firstUnread(answer.messages, unread);
    list.show(answer.messages, { since });
    seen();
  });

  // Only what is on the screen of a person counts as read.
  function seen() {
    const now = (channelOf(channel) ?? dmOf(channel))?.unread ?? 0;
    if (now && document.visibilityState === "visible") post("/desk/read", { as, channel });
  }

  document.addEventListener("visibilitychange", seen);
  requestAnimationFrame(refresh);
  return {
    node,
    focus: box.focus,
    changed: (what) => {
      if (what === `channel:${channel}` || what === "*") refresh();
      if (what === "state") seen();
    },
    close: () => {
      document.removeEventListener("visibilitychange", seen);
      list.close();
    },
  };
}

function firstUnread(messages, unread) {
  const others = messages.filter((message) => message.user !== desk.me);
  return unread && unread < messages.length ? (others.at(-unread)?.ts ?? null) : null;
}
