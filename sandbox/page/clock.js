// What time it is in the sandbox, and moving it forward: reminders, trucks and reports come at once.

import { post } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { menu } from "./menus.js";
import { notice } from "./notices.js";
import { desk } from "./state.js";
import { clockTime, dayKey, now } from "./time.js";

const MINUTE = 60;
const SPANS = [
  ["10 minutes", 10 * MINUTE],
  ["1 hour", 60 * MINUTE],
  ["4 hours", 240 * MINUTE],
  ["1 day", 1440 * MINUTE],
];
const TICK = 5000;
const day = new Intl.DateTimeFormat(undefined, { weekday: "short", month: "short", day: "numeric" });

async function travel(seconds) {
  const answer = await post("/desk/clock", { as: desk.me, seconds });
  if (!answer.ok) notice(answer.message);
}

// Six in the morning where the reader is; in the demo that is where one tries a snooze.
function untilMorning() {
  const morning = now();
  morning.setHours(6, 0, 1, 0);
  if (morning <= now()) morning.setDate(morning.getDate() + 1);
  return Math.ceil((morning - now()) / 1000);
}

/** The clock at the foot of the sidebar: {node, draw}. */
export function clock() {
  const time = h("b");
  const date = h("span", { class: "clock-date" });
  const button = h("button", {
    type: "button", class: "clock", "aria-haspopup": "menu", "aria-expanded": "false",
    "aria-label": "Move the clock forward", title: "Move the clock forward", on: { click: () => menu(button, items()) },
  }, icon("clock", 18), time, date, h("span", { class: "clock-hint", "aria-hidden": "true" }, icon("down", 16)));
  const items = () => [
    ...SPANS.map(([name, seconds]) => ({ label: [`By ${name}`], choose: () => travel(seconds) })),
    { label: ["To 6:00 in the morning"], choose: () => travel(untilMorning()) },
  ];

  function draw() {
    time.textContent = clockTime(now());
    date.textContent = day.format(now());
    date.dataset.day = dayKey(now());
  }
  setInterval(draw, TICK);
  draw();
  return { node: h("footer", { class: "sidebar-foot" }, button), draw };
}
