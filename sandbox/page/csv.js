// A CSV file as a table, as a spreadsheet would show it: RFC 4180, and nothing in it is run.

import { h } from "./dom.js";

const SHOWN = 200;

/** The rows of a CSV text, each an array of its cells. */
export function rows(text) {
  const found = [];
  let row = [];
  // A cell, in quotes or bare, and what ends it.
  for (const [whole, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/g)) {
    if (!whole && !row.length) break;
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    found.push(row);
    row = [];
    if (!end) break;
  }
  return found;
}

export function csvTable(text) {
  const [head = [], ...body] = rows(text);
  const left = body.length - SHOWN;
  return [
    h("div", { class: "table-scroll" }, h("table", { class: "data" },
      h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, body.slice(0, SHOWN).map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell))))))),
    h("p", { class: "about" }, left > 0 ? `and ${left.toLocaleString()} more rows` : body.length ? null : "No rows"),
  ];
}
