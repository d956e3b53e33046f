// Modals: the stack of views that the server says are open for the acting person. The top one is
// shown; Esc and the close button take the top away.

import { get, post } from "./api.js";
import { drawBlocks } from "./blocks/index.js";
import { collect, mistakes, showError } from "./blocks/form.js";
import { openDialog } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { appMark, icon } from "./icons.js";
import { textObject } from "./inline.js";
import { refresher } from "./live.js";
import { nextId } from "./menus.js";
import { desk } from "./state.js";

let dialog = null;
// One body for each view of the stack, so that going back finds the fields as they were left.
const bodies = new Map();
let shown = null;
let parts = null;

export const refreshViews = refresher(async () => {
  const as = desk.me;
  return { as, ...(await get("/desk/views", { as })) };
}, (answer) => desk.me === answer.as && answer.ok && draw(answer.views));

function draw(views) {
  const open = new Set(views.map((view) => view.id));
  for (const id of bodies.keys()) if (!open.has(id)) bodies.delete(id);
  if (!views.length) return leave();
  if (!dialog) enter();
  const top = views.at(-1);
  const fresh = shown?.id !== top.id;
  shown = top;
  const body = bodyOf(top);
  if (fresh) parts.scroll.replaceChildren(body);
  frame(top, views.length);
  drawBlocks(body, top.blocks, placeOf(top, body));
  errors(body, top.errors ?? {}, { focus: false });
  if (fresh) focusFirst(body);
}

function enter() {
  const titleId = nextId("modal");
  const title = h("h2", { id: titleId, class: "dialog-title" });
  const back = h("button", { type: "button", class: "icon-button", "aria-label": "Back", on: { click: close } }, icon("back"));
  const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Close", on: { click: closeAll } }, icon("close"));
  const problem = h("p", { class: "dialog-problem", role: "alert", hidden: true });
  const scroll = h("div", { class: "dialog-scroll" });
  const cancel = h("button", { type: "button", class: "button", on: { click: close } });
  const submit = h("button", { type: "submit", class: "button primary" });
  const foot = h("div", { class: "dialog-foot" }, cancel, submit);
  const form = h("form", { class: "dialog-form", novalidate: true, on: { submit: (event) => { event.preventDefault(); send(); }, keydown: sendByKey } },
    h("header", { class: "dialog-head" }, back, h("span", { class: "avatar avatar-s avatar-app dialog-app", "aria-hidden": "true" }, appMark()), title, cross), problem, scroll, foot);
  parts = { title, back, problem, scroll, cancel, submit, foot, form };
  dialog = openDialog({ className: "modal", dismiss: close, titleId }, form);
}

function leave() {
  shown = null;
  bodies.clear();
  dialog?.close();
  dialog = null;
}

const bodyOf = (view) => {
  if (!bodies.has(view.id)) bodies.set(view.id, h("div", { class: "blocks view" }));
  return bodies.get(view.id);
};

const placeOf = (view, body) => ({
  keyed: true,
  state: view.state,
  container: () => ({ type: "view", view_id: view.id }),
  root: () => body,
});

function frame(view, depth) {
  const { title, back, cancel, submit, problem } = parts;
  fill(title, textObject(view.title));
  back.hidden = depth < 2;
  fill(cancel, view.close ? textObject(view.close) : view.submit ? "Cancel" : "Close");
  submit.hidden = !view.submit;
  fill(submit, h("span", {}, textObject(view.submit)));
  problem.hidden = true;
  busy(view.busy === true);
}

function busy(on) {
  parts.submit.classList.toggle("busy", on);
  parts.submit.setAttribute("aria-busy", String(on));
  parts.form.classList.toggle("waiting", on);
}

function errors(body, found, { focus = true } = {}) {
  let first = null;
  for (const node of body.querySelectorAll(".block-input")) {
    const words = found[node.dataset.blockId];
    showError(node.firstElementChild, words);
    if (words) first ??= node;
  }
  if (focus) first?.querySelector("input, textarea, select, [role=combobox]")?.focus();
}

function focusFirst(body) {
  const wanted = body.querySelector("[autofocus]") ?? body.querySelector(".block-input input, .block-input textarea, .block-input [role=combobox]");
  (wanted ?? dialog.node).focus();
}

async function send() {
  const view = shown;
  const body = bodyOf(view);
  if (parts.submit.classList.contains("busy") || !view.submit) return;
  const values = collect(body);
  const found = mistakes(view.blocks, values);
  errors(body, found);
  if (Object.keys(found).length) return;
  busy(true);
  const answer = await post("/desk/submit", { as: desk.me, view_id: view.id, state: values });
  if (!dialog) return;
  busy(false);
  if (!answer.ok) say(answer.message ?? answer.error);
  else if (answer.errors) errors(body, answer.errors);
  if (answer.ok && !answer.errors) await refreshViews();
}

// As in Slack: from within a text of several lines, too.
function sendByKey(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  send();
}

function say(words) {
  parts.problem.textContent = words;
  parts.problem.hidden = false;
}

async function close() {
  const answer = await post("/desk/close", { as: desk.me, view_id: shown.id });
  if (!answer.ok) say(answer.message ?? answer.error);
  await refreshViews();
}

async function closeAll() {
  // The cross leaves the whole stack, from the top down.
  const ids = [...bodies.keys()].reverse();
  for (const id of ids) await post("/desk/close", { as: desk.me, view_id: id });
  await refreshViews();
}
