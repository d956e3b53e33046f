// Fields that are typed into: text, e-mail, number, date, time.

import { h } from "../dom.js";
import { field } from "./form.js";

const PAUSE = 400;

// An input block may ask to be told at once: when Enter is pressed, or as characters come.
function dispatching(input, element, ctx, send) {
  if (!ctx.dispatch) return;
  const when = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  let timer = 0;
  if (when.includes("on_character_entered")) {
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(send, PAUSE);
    });
  }
  if (when.includes("on_enter_pressed")) {
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
  }
}

const named = (ctx, element) => ({ id: ctx.fieldId, "aria-label": ctx.fieldId ? null : (element.placeholder?.text ?? element.action_id), "aria-describedby": ctx.describedBy });

function typed(tag, props, element, ctx) {
  const input = h(tag, {
    class: "input",
    placeholder: element.placeholder?.text,
    autocomplete: "off",
    autofocus: element.focus_on_load === true,
    required: ctx.required,
    ...named(ctx, element),
    ...props,
    value: ctx.start(element, element.initial_value) ?? "",
  });
  const read = () => (input.value === "" ? null : input.value);
  const node = field(h("div", { class: "field" }, input), element, read);
  dispatching(input, element, ctx, () => ctx.act(node, element, read()));
  return node;
}

export const plainTextInput = (element, ctx) => (element.multiline
  ? typed("textarea", { rows: 4, class: "input input-area" }, element, ctx)
  : typed("input", { type: "text" }, element, ctx));

// No type=email or type=number: the browser's own balloons would stand in for the app's words.
export const emailInput = (element, ctx) => typed("input", { type: "text", inputmode: "email", autocapitalize: "none" }, element, ctx);

export const numberInput = (element, ctx) => typed("input", { type: "text", inputmode: element.is_decimal_allowed ? "decimal" : "numeric" }, element, ctx);

function picked(type, initial, element, ctx) {
  const input = h("input", { type, class: `input input-${type}`, ...named(ctx, element), value: ctx.start(element, initial) ?? "" });
  const read = () => input.value || null;
  const node = field(h("div", { class: "field field-short" }, input), element, read);
  input.addEventListener("change", () => ctx.live && ctx.act(node, element, read()));
  return node;
}

export const datepicker = (element, ctx) => picked("date", element.initial_date, element, ctx);
export const timepicker = (element, ctx) => picked("time", element.initial_time, element, ctx);
