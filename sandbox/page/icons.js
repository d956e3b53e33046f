// The page's own signs, drawn here: no icon font, nothing from elsewhere.

import { drawing } from "./dom.js";

const line = (d, extra = {}) => ["path", { d, fill: "none", stroke: "currentColor", "stroke-width": "1.6", "stroke-linecap": "round", "stroke-linejoin": "round", ...extra }];
const dot = (cx, cy, r = 1.4) => ["circle", { cx, cy, r, fill: "currentColor" }];

const SHAPES = {
  hash: [line("M8 3.5 6.5 16.5M13.5 3.5 12 16.5M4 7.5h12.5M3.5 12.5H16")],
  shared: [line("M7 6.5 3.8 9.7a2.5 2.5 0 0 0 3.5 3.5L9 11.5M13 13.5l3.2-3.2a2.5 2.5 0 0 0-3.5-3.5L11 8.5M8 12l4-4")],
  lock: [line("M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9M4.5 9h11v8h-11z")],
  close: [line("m5 5 10 10M15 5 5 15")],
  down: [line("m5.5 8 4.5 4.5L14.5 8")],
  back: [line("M11.5 4.5 6 10l5.5 5.5M6.5 10H16")],
  send: [["path", { d: "M3 3.2c0-.6.6-1 1.2-.7l13 6.6c.6.3.6 1.2 0 1.5l-13 6.6c-.6.3-1.3-.2-1.2-.8l1-5.3 6.5-1.1L4 8.7z", fill: "currentColor" }]],
  reply: [line("M10 3.5c4 0 7 2.5 7 6s-3 6-7 6c-.8 0-1.6-.1-2.3-.3L4 16.8l.8-3.3C3.6 12.4 3 11 3 9.5c0-3.5 3-6 7-6z")],
  more: [dot(4.5, 10), dot(10, 10), dot(15.5, 10)],
  menu: [line("M3.5 5.5h13M3.5 10h13M3.5 14.5h13")],
  home: [line("M3.5 9.5 10 4l6.5 5.5M5.5 8.5V16h9V8.5M8.5 16v-4h3v4")],
  mail: [line("M3.5 5h13v10.5h-13zM4 5.5l6 5.5 6-5.5")],
  erp: [line("M4 5.2C4 4 6.7 3 10 3s6 1 6 2.2S13.3 7.5 10 7.5 4 6.5 4 5.2zM4 5.2V15c0 1.2 2.7 2.2 6 2.2s6-1 6-2.2V5.2M4 10c0 1.3 2.7 2.3 6 2.3s6-1 6-2.3")],
  file: [line("M5 3h6.5L15.5 7v10H5zM11.5 3v4h4")],
  download: [line("M10 3.5v9M6 9l4 4 4-4M4 16.5h12")],
  eye: [line("M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5z"), ["circle", { cx: 10, cy: 10, r: 2.2, fill: "none", stroke: "currentColor", "stroke-width": 1.6 }]],
  out: [line("M8 4.5H4.5v11h11V12M11.5 4h4.5v4.5M15.5 4.5 9 11")],
  search: [["circle", { cx: 9, cy: 9, r: 5, fill: "none", stroke: "currentColor", "stroke-width": 1.6 }], line("m12.8 12.8 4 4")],
  check: [line("m4.5 10.5 3.7 3.7L15.5 6.5")],
  calendar: [line("M4 5h12v11.5H4zM4 8.5h12M7.5 3v3.5M12.5 3v3.5")],
  clock: [["circle", { cx: 10, cy: 10, r: 6.8, fill: "none", stroke: "currentColor", "stroke-width": 1.6 }], line("M10 6.2V10l2.6 1.8")],
  clip: [line("m15.5 9.5-5.7 5.7a3.5 3.5 0 0 1-5-5L11 4a2.4 2.4 0 0 1 3.4 3.4l-6 6a1.2 1.2 0 0 1-1.7-1.7l5.3-5.2")],
  warn: [line("M10 3.5 17.5 16.5h-15zM10 8.5v3.7"), dot(10, 14.3, 0.9)],
};

export const icon = (name, size = 20) => drawing("0 0 20 20", SHAPES[name], { width: size, height: size, class: `icon icon-${name}` });

/** The mark of an app: a parcel with a tick. */
export const appMark = () => drawing("0 0 32 32", [
  ["path", { d: "M16 6.5 24.5 11v10L16 25.5 7.5 21V11z", fill: "none", stroke: "#fff", "stroke-width": 2, "stroke-linejoin": "round" }],
  ["path", { d: "m11.5 15.8 3.3 3.2 6-6.4", fill: "none", stroke: "#6fe0b0", "stroke-width": 2.4, "stroke-linecap": "round", "stroke-linejoin": "round" }],
], { class: "app-mark" });
