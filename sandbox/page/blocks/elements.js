// Which element is drawn by what.

import { h } from "../dom.js";
import { button, overflow } from "./buttons.js";
import { checkboxes, radioButtons } from "./choices.js";
import { multiSelect, select } from "./selects.js";
import { datepicker, emailInput, numberInput, plainTextInput, timepicker } from "./text_fields.js";

const ELEMENTS = {
  button,
  overflow,
  checkboxes,
  radio_buttons: radioButtons,
  static_select: select,
  users_select: select,
  channels_select: select,
  conversations_select: select,
  multi_static_select: multiSelect,
  multi_users_select: multiSelect,
  multi_channels_select: multiSelect,
  multi_conversations_select: multiSelect,
  plain_text_input: plainTextInput,
  email_text_input: emailInput,
  number_input: numberInput,
  datepicker,
  timepicker,
};

/** Mistakes are shown, not swallowed: what this page cannot draw, Slack may refuse. */
export const unsupported = (what) => h("div", { class: "unsupported", role: "note" }, `unsupported block: ${what}`);

export const elementNode = (element, ctx) => (ELEMENTS[element?.type] ? ELEMENTS[element.type](element, ctx) : unsupported(element?.type ?? "no type"));
