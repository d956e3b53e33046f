// The table block. Its first row is the header, as in Slack.

import { h } from "../dom.js";
import { withEmoji } from "../emoji.js";
import { richText } from "./rich_text.js";

function content(cell) {
  if (cell?.type === "rich_text") return richText(cell);
  if (cell?.type === "raw_number") return String(cell.text ?? cell.value ?? "");
  return withEmoji(cell?.text ?? "");
}

export function table(block) {
  const settings = block.column_settings ?? [];
  const cell = (tag) => (value, column) => h(tag, {
    class: `align-${settings[column]?.align ?? "left"}${settings[column]?.is_wrapped ? " wrapped" : ""}`,
    scope: tag === "th" ? "col" : null,
  }, content(value));
  const [head, ...body] = block.rows ?? [];
  return h("div", { class: "table-scroll", tabIndex: 0, role: "region", "aria-label": "Table" },
    h("table", { class: "block-table" },
      head ? h("thead", {}, h("tr", {}, head.map(cell("th")))) : null,
      h("tbody", {}, body.map((row) => h("tr", {}, row.map(cell("td")))))));
}
