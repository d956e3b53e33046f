// The text box under a conversation: Enter sends, Shift+Enter starts a line, "/" completes commands,
// "@" completes people.

import { post } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { nextId } from "./menus.js";
import { avatar } from "./people.js";
import { desk } from "./state.js";

const drafts = new Map();

/** {node, focus}. `thread`: the ts of the parent, for replies. */
export function composer({ channel, thread, placeholder, label = "Message", commands = true }) {
  const key = `${desk.me}/${channel}/${thread ?? ""}`;
  const listId = nextId("complete");
  const box = h("textarea", {
    class: "composer-text", rows: 1, placeholder, "aria-label": label, value: drafts.get(key) ?? "", data: { composer: channel },
    "aria-autocomplete": "list", "aria-controls": listId, on: { input: typed, keydown: keys, blur: () => setTimeout(hide, 150) },
  });
  const send = h("button", { type: "submit", class: "send", "aria-label": "Send", title: "Send" }, icon("send", 18));
  const failure = h("p", { class: "composer-failure", role: "alert", hidden: true });
  const list = h("div", { class: "complete", role: "listbox", id: listId, "aria-label": "Suggestions", hidden: true });
  const node = h("form", { class: "composer", on: { submit: (event) => { event.preventDefault(); submit(); } } },
    failure, list, h("div", { class: "composer-box" }, box, h("div", { class: "composer-foot" }, h("span", { class: "composer-hint", "aria-hidden": "true" }, commands ? "Enter sends · Shift + Enter for a new line · / for commands" : "Enter sends"), send)));
  let options = [];
  let at = 0;

  function typed() {
    drafts.set(key, box.value);
    grow();
    fail(null);
    suggest();
  }

  function grow() {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
    send.disabled = !box.value.trim();
  }

  function fail(words) {
    failure.textContent = words ?? "";
    failure.hidden = !words;
  }

  async function submit() {
    const text = box.value.trim();
    if (!text) return;
    hide();
    fail(null);
    box.value = "";
    drafts.delete(key);
    grow();
    const answer = await post("/desk/send", { as: desk.me, channel, thread_ts: thread, text });
    if (answer.ok) return;
    fail(answer.message ?? answer.error);
    // Nothing that was typed is lost, unless the person is already typing the next thing.
    if (!box.value) box.value = text;
    grow();
  }

  function suggest() {
    options = commands && /^\/\S*$/.test(box.value) ? commandOptions(box.value) : peopleOptions(wordBefore(box));
    at = 0;
    draw();
  }

  function draw() {
    list.hidden = !options.length;
    list.replaceChildren(...options.map((option, index) => h("div", {
      class: index === at ? "option at" : "option", role: "option", id: `${listId}-${index}`, "aria-selected": String(index === at),
      on: { pointerdown: (event) => { event.preventDefault(); choose(index); } },
    }, option.face ?? null, h("span", { class: "option-text" }, h("span", {}, h("b", {}, option.name), option.hint ? ` ${option.hint}` : ""), option.about ? h("span", { class: "option-description" }, option.about) : null))));
    if (options.length) box.setAttribute("aria-activedescendant", `${listId}-${at}`);
    else box.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function hide() {
    options = [];
    draw();
  }

  function choose(index) {
    const { insert, from } = options[index];
    const end = box.selectionStart;
    box.value = `${box.value.slice(0, from)}${insert} ${box.value.slice(end).replace(/^ /, "")}`;
    const caret = from + insert.length + 1;
    box.setSelectionRange(caret, caret);
    drafts.set(key, box.value);
    hide();
    grow();
  }

  function keys(event) {
    if (event.isComposing) return;
    if (options.length && completing(event)) return event.preventDefault();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  }

  function completing(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at = (at + step + options.length) % options.length;
    else if (event.key === "Escape") options = [];
    // A command typed in full is sent by Enter, not completed a second time.
    else if (event.key === "Tab" || (event.key === "Enter" && !typedInFull(options[at]))) return choose(at), true;
    else return false;
    draw();
    return true;
  }

  const typedInFull = ({ insert, from }) => box.value.slice(from, box.selectionStart).toLowerCase() === insert.toLowerCase();

  grow();
  requestAnimationFrame(grow);
  return { node, focus: () => box.focus({ preventScroll: true }) };
}

function commandOptions(text) {
  return desk.commands
    .filter(({ command }) => command.startsWith(text))
    .map(({ command, description, usage_hint: hint }) => ({ name: command, hint, about: description, insert: command, from: 0 }));
}

function wordBefore(box) {
  const before = box.value.slice(0, box.selectionStart);
  const match = /(?:^|\s)@([\p{L}\p{N}._-]*)$/u.exec(before);
  return match ? { text: match[1].toLowerCase(), from: before.length - match[1].length - 1 } : null;
}

function peopleOptions(word) {
  if (!word) return [];
  return [...desk.people.values()]
    .filter((person) => !person.deleted && `${person.name} ${person.real_name}`.toLowerCase().includes(word.text))
    .slice(0, 8)
    .map((person) => ({ name: person.real_name || person.name, about: `@${person.name}`, insert: `@${person.name}`, from: word.from, face: avatar(person.id, { size: "s" }) }));
}
