// Selects: static, people, channels, conversations; one or several.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { textObject } from "../inline.js";
import { listbox } from "../listbox.js";
import { avatar, standing } from "../people.js";
import { desk } from "../state.js";
import { field } from "./form.js";

const plain = (object) => object?.text ?? "";

const choice = (option) => ({ value: option.value, text: plain(option.text), label: textObject(option.text), description: option.description && textObject(option.description) });

function staticGroups(element) {
  if (!element.option_groups) return [{ options: (element.options ?? []).map(choice) }];
  return element.option_groups.map((group) => ({ label: plain(group.label), options: group.options.map(choice) }));
}

function personChoice(person) {
  const name = person.real_name || person.name;
  return { value: person.id, text: `${name} ${person.name}`, label: name, description: standing(person) ?? person.title, face: avatar(person.id, { size: "s" }) };
}

function peopleGroups() {
  const all = [...desk.people.values()].filter((person) => !person.deleted);
  const byName = (a, b) => (a.real_name || a.name).localeCompare(b.real_name || b.name);
  return [{ options: all.sort(byName).map(personChoice) }];
}

const channelGroups = () => [{ options: desk.channels.map(({ id, name }) => ({ value: id, text: name, label: `# ${name}` })) }];

function conversationGroups(element) {
  const include = element.filter?.include ?? ["public", "private", "im"];
  const channels = include.some((kind) => kind === "public" || kind === "private") ? channelGroups()[0].options : [];
  const dms = include.includes("im") ? desk.dms.map(({ id, name }) => ({ value: id, text: name, label: name })) : [];
  return [{ label: channels.length ? "Channels" : null, options: channels }, { label: dms.length ? "Direct messages" : null, options: dms }];
}

const KINDS = {
  static: { groups: staticGroups, initial: (e) => e.initial_option?.value, initials: (e) => e.initial_options?.map((option) => option.value) },
  users: { groups: peopleGroups, initial: (e) => e.initial_user, initials: (e) => e.initial_users },
  channels: { groups: channelGroups, initial: (e) => e.initial_channel, initials: (e) => e.initial_channels },
  conversations: { groups: conversationGroups, initial: (e) => e.initial_conversation, initials: (e) => e.initial_conversations },
};

const kindOf = (element) => KINDS[element.type.replace(/^multi_/, "").replace(/_select$/, "")];
const find = (groups, value) => groups.flatMap((group) => group.options).find((option) => option.value === value);

/** One of them. */
export function select(element, ctx) {
  const kind = kindOf(element);
  let value = ctx.start(element, kind.initial(element));
  const shown = h("span", { class: "select-value" });
  const control = h("button", {
    type: "button", class: "select", role: "combobox", id: ctx.fieldId, "aria-haspopup": "listbox", "aria-expanded": "false",
    "aria-describedby": ctx.describedBy, on: { click: open, keydown: openByKey },
  }, shown, icon("down", 16));
  const node = field(h("div", { class: "field field-select" }, control), element, () => value);
  const placeholder = plain(element.placeholder) || "Choose";

  function draw() {
    const option = value === null ? null : find(kind.groups(element), value);
    shown.replaceChildren(...(option ? [option.label].flat() : [placeholder]));
    control.classList.toggle("placeholder", !option);
    // A label that belongs to the field names it; in a card the placeholder does.
    const text = option?.text ?? placeholder;
    control.setAttribute("aria-label", [ctx.label ?? placeholder, option && text].filter(Boolean).join(": "));
  }

  async function choose(option) {
    const before = value;
    value = option.value;
    draw();
    if (ctx.live && !(await ctx.act(node, element, value))) {
      value = before;
      draw();
    }
  }

  function open() {
    listbox(control, { groups: kind.groups(element), chosen: new Set([value]), name: ctx.label ?? placeholder, pick: (option) => { choose(option); return false; } });
  }

  function openByKey(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open();
  }
  draw();
  return node;
}

/** Several of them, shown as chips. */
export function multiSelect(element, ctx) {
  const kind = kindOf(element);
  let values = [...(ctx.start(element, kind.initials(element)) ?? [])];
  const chips = h("span", { class: "chips" });
  const placeholder = plain(element.placeholder) || "Choose";
  const control = h("button", {
    type: "button", class: "select placeholder", role: "combobox", id: ctx.fieldId, "aria-haspopup": "listbox", "aria-expanded": "false",
    "aria-describedby": ctx.describedBy, on: { click: open },
  }, h("span", { class: "select-value" }, placeholder), icon("down", 16));
  const node = field(h("div", { class: "field field-multi" }, chips, control), element, () => [...values]);

  function chip(option) {
    const remove = h("button", { type: "button", class: "chip-x", "aria-label": `Remove ${option.text}`, on: { click: () => change(option, false) } }, icon("close", 12));
    return h("span", { class: "chip" }, option.face?.cloneNode(true) ?? null, h("span", {}, [option.label].flat().map((part) => part?.cloneNode?.(true) ?? part)), remove);
  }

  function draw() {
    const groups = kind.groups(element);
    const options = values.map((value) => find(groups, value)).filter(Boolean);
    chips.replaceChildren(...options.map(chip));
    chips.hidden = !options.length;
    control.setAttribute("aria-label", [ctx.label ?? placeholder, options.map((option) => option.text).join(", ")].filter(Boolean).join(": "));
  }

  function change(option, wanted) {
    const most = element.max_selected_items ?? Infinity;
    if (wanted && values.length >= most) return;
    values = wanted ? [...values, option.value] : values.filter((value) => value !== option.value);
    draw();
    if (ctx.live) ctx.act(node, element, [...values]);
  }

  function open() {
    const chosen = new Set(values);
    listbox(control, {
      groups: kind.groups(element), chosen, multi: true, name: ctx.label ?? placeholder,
      pick: (option) => {
        change(option, !chosen.has(option.value));
        chosen.clear();
        for (const value of values) chosen.add(value);
        return true;
      },
    });
  }
  draw();
  return node;
}
