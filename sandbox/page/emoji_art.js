// The drawings: 24 by 24, flat, readable on light and dark. Own drawings, not a vendor's set.

const disc = (fill) => [["circle", { cx: 12, cy: 12, r: 10, fill }]];
const box = (fill) => ["rect", { x: 2, y: 2, width: 20, height: 20, rx: 5, fill }];
const stroke = (d, color, width = 2.2, extra = {}) => ["path", { d, fill: "none", stroke: color, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round", ...extra }];
const shape = (d, fill) => ["path", { d, fill }];
const dot = (cx, cy, r, fill) => ["circle", { cx, cy, r, fill }];
const bar = (x, y, width, height, fill, rx = 0.8) => ["rect", { x, y, width, height, fill, rx }];

const INK = "#5b6470";
const GOLD = "#f2b200";
const BLUE = "#2f80d0";
const GREEN = "#2e9e5b";
const RED = "#e0344b";
const PAPER = "#f4f6f9";

const bell = [shape("M12 2.5c-3.6 0-6 2.7-6 6.5 0 4.5-2 6.5-3 8h18c-1-1.5-3-3.5-3-8 0-3.8-2.4-6.5-6-6.5z", GOLD), shape("M9.5 18.5a2.5 2.5 0 0 0 5 0z", "#c98f00")];
const lockBody = [["rect", { x: 4.5, y: 10.5, width: 15, height: 11, rx: 2.5, fill: GOLD }], dot(12, 16, 1.7, "#8a6200")];
const face = (extra) => [dot(12, 12, 10, "#ffcc33"), dot(8.5, 10, 1.4, "#6b4a00"), dot(15.5, 10, 1.4, "#6b4a00"), ...extra];
const sand = [shape("M6 2h12v2.5c0 4-4 5.5-4 7.5s4 3.5 4 7.5V22H6v-2.5c0-4 4-5.5 4-7.5S6 8.5 6 4.5z", "#cfe6f7"), bar(5, 1.5, 14, 2.2, "#a9702f"), bar(5, 20.3, 14, 2.2, "#a9702f")];
const sheet = [shape("M5 2h9.5L19.5 7v15H5z", PAPER), stroke("M5 2h9.5L19.5 7v15H5zM14.5 2v5h5", "#9aa5b5", 1.3)];
const envelope = [bar(2, 5, 20, 14, PAPER, 2), stroke("M2.5 6.5 12 13.5l9.5-7M2 7a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2z", "#9aa5b5", 1.4)];

export const ART = {
  white_check_mark: [box(GREEN), stroke("m6.5 12.5 3.7 3.7 7.3-8", "#fff", 2.8)],
  heavy_check_mark: [stroke("m4 13 5 5L20 5.5", GREEN, 3.4)],
  x: [stroke("m5 5 14 14M19 5 5 19", RED, 3.8)],
  warning: [["path", { d: "M12 3 22.5 21h-21z", fill: "#ffc21a", stroke: "#ffc21a", "stroke-width": 1.5, "stroke-linejoin": "round" }], stroke("M12 9.5v5.5", "#3d2f00", 2.3), dot(12, 18.2, 1.3, "#3d2f00")],
  hourglass: [...sand, shape("M8 19.8c.5-2.5 2.5-3.5 4-3.5s3.5 1 4 3.5z", "#e2a33c")],
  hourglass_flowing_sand: [...sand, shape("M8.5 7h7c-.8 1.8-2.3 2.7-3.5 3.8-1.2-1.1-2.7-2-3.5-3.8z", "#e2a33c"), shape("M9 19.8c.5-1.5 1.5-2.3 3-2.3s2.5.8 3 2.3z", "#e2a33c"), stroke("M12 11v6", "#e2a33c", 1.2)],
  red_circle: disc(RED),
  large_green_circle: disc(GREEN),
  large_yellow_circle: disc("#f5c518"),
  large_orange_circle: disc("#f0842c"),
  large_blue_circle: disc(BLUE),
  white_circle: [["circle", { cx: 12, cy: 12, r: 9, fill: "#eef1f5", stroke: "#aab4c0", "stroke-width": 1.5 }]],
  black_circle: disc("#3b414a"),
  truck: [shape("M1.5 6.5h12.5v10.5H1.5z", "#e0503f"), shape("M14.8 9.5h4L22.5 13v4h-7.7z", "#f09a8e"), shape("M16.3 10.8h2l2 2.2h-4z", "#d6ecfa"), dot(6, 18, 2.6, "#3b414a"), dot(6, 18, 1, "#c4ccd6"), dot(17.5, 18, 2.6, "#3b414a"), dot(17.5, 18, 1, "#c4ccd6")],
  package: [shape("M2.5 7.5 12 3l9.5 4.5v9.5L12 21.5 2.5 17z", "#c98d4e"), shape("M2.5 7.5 12 3l9.5 4.5L12 12z", "#e0ab70"), shape("M12 12v9.5L21.5 17V7.5z", "#b0763a"), stroke("m7.2 5.3 9.6 4.5v3", "#f5dcb8", 1.7)],
  eyes: [["ellipse", { cx: 7, cy: 12, rx: 5, ry: 7, fill: "#fff", stroke: "#7c8794", "stroke-width": 1.3 }], ["ellipse", { cx: 17, cy: 12, rx: 5, ry: 7, fill: "#fff", stroke: "#7c8794", "stroke-width": 1.3 }], dot(5.4, 13, 2.3, "#2b3038"), dot(15.4, 13, 2.3, "#2b3038")],
  bell,
  no_bell: [...bell, stroke("M3 3l18 18", RED, 2.6)],
  gear: [["circle", { cx: 12, cy: 12, r: 6, fill: "none", stroke: INK, "stroke-width": 4 }], stroke("M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2", INK, 3)],
  mag: [["circle", { cx: 10, cy: 10, r: 6.5, fill: "#d6ecfa", stroke: INK, "stroke-width": 2.4 }], stroke("m15 15 6 6", "#a9702f", 3.2)],
  lock: [stroke("M7.5 11V7.5a4.5 4.5 0 0 1 9 0V11", "#9aa5b5", 2.6), ...lockBody],
  unlock: [stroke("M7.5 11V6.5a4.5 4.5 0 0 1 8.7-1.6", "#9aa5b5", 2.6), ...lockBody],
  key: [["circle", { cx: 8, cy: 8, r: 4.5, fill: "none", stroke: GOLD, "stroke-width": 3 }], stroke("m11.5 11.5 9 9M17 17l2.5-2.5M14.5 14.5l2-2", GOLD, 2.6)],
  bulb: [shape("M12 2a7 7 0 0 0-4 12.7c1 .8 1.3 1.6 1.3 2.8h5.4c0-1.2.3-2 1.3-2.8A7 7 0 0 0 12 2z", "#ffd84a"), bar(9, 18, 6, 1.7, "#9aa5b5"), bar(9.8, 20.2, 4.4, 1.7, "#9aa5b5")],
  information_source: [box(BLUE), dot(12, 7.3, 1.5, "#fff"), stroke("M12 11v6", "#fff", 2.6)],
  question: [stroke("M8 8.5A4 4 0 1 1 13.5 12c-1 .5-1.5 1.2-1.5 2.8", RED, 3), dot(12, 19.5, 1.8, RED)],
  exclamation: [stroke("M12 3.5V14", RED, 3.6), dot(12, 19.5, 2, RED)],
  rotating_light: [shape("M6.5 17v-4.5a5.5 5.5 0 0 1 11 0V17z", RED), bar(4, 17, 16, 4, INK, 1.5), stroke("M12 1.5v2.5M3.5 5l1.8 1.8M20.5 5l-1.8 1.8M1.5 12H4M22.5 12H20", "#f08a2c", 1.9), shape("M9 15v-2.5a3 3 0 0 1 2-2.8z", "#ff9aa8")],
  no_entry: [dot(12, 12, 10, RED), bar(6, 10, 12, 4, "#fff", 1)],
  no_entry_sign: [["circle", { cx: 12, cy: 12, r: 8.7, fill: "none", stroke: RED, "stroke-width": 2.8 }], stroke("m6 6 12 12", RED, 2.8)],
  octagonal_sign: [shape("M8 2h8l6 6v8l-6 6H8l-6-6V8z", RED), bar(6.5, 10.5, 11, 3, "#fff")],
  clock3: [["circle", { cx: 12, cy: 12, r: 9, fill: PAPER, stroke: INK, "stroke-width": 2 }], stroke("M12 6.5V12h4", "#2b3038", 2)],
  alarm_clock: [["circle", { cx: 12, cy: 13, r: 8, fill: PAPER, stroke: RED, "stroke-width": 2.2 }], stroke("M12 8.5V13l3 1.5", "#2b3038", 1.8), stroke("M3 6.5 6.5 3.5M21 6.5l-3.5-3", RED, 2.6)],
  calendar: [bar(3, 4, 18, 17, PAPER, 2.5), shape("M3 6.5A2.5 2.5 0 0 1 5.5 4h13A2.5 2.5 0 0 1 21 6.5V9H3z", RED), stroke("M8 2.5v3M16 2.5v3", "#7c8794", 1.8), bar(6.5, 12, 3, 2.5, "#b7c0cc"), bar(10.5, 12, 3, 2.5, "#b7c0cc"), bar(14.5, 12, 3, 2.5, RED), bar(6.5, 16, 3, 2.5, "#b7c0cc"), bar(10.5, 16, 3, 2.5, "#b7c0cc")],
  email: envelope,
  incoming_envelope: [...envelope, stroke("M17 15.5v6M14.5 19l2.5 2.5 2.5-2.5", BLUE, 1.9)],
  telephone_receiver: [stroke("M6 4c-2 3.5 0 8 3.5 11.5S17 21 20 18.5", "#3b414a", 4), stroke("m7 3.5 2 3M16.5 16l3 2.5", "#3b414a", 5)],
  arrow_right: [box(BLUE), stroke("M6.5 12h11M13 7.5l4.5 4.5-4.5 4.5", "#fff", 2.4)],
  arrows_counterclockwise: [box(BLUE), stroke("M7 11a5 5 0 0 1 9-2.5M17 13a5 5 0 0 1-9 2.5M16.5 5.5v3.3h-3.3M7.5 18.5v-3.3h3.3", "#fff", 1.9)],
  point_right: [shape("M3 8.5h7c1-1.5 2-2 3-1.5.8.5.7 1.7.2 2.5H21a1.6 1.6 0 0 1 0 3.2h-6.5c.8 1 .5 2-.3 2.3.5 1 .2 1.8-.7 2.2.3 1-.3 1.8-1.5 1.8H7L3 16.5z", "#ffcc33")],
  wave: [stroke("M7 13 4.5 9M9.5 11 6 5M12.5 10 9.5 4.5M15.5 11 13.5 6", "#ffcc33", 2.9), shape("M6 13c2 5 5 8 9 7.5 4-.5 5.5-4 4.5-8l-.8-4c-.3-1.3-2.2-1-2 .3l.5 3-5-3.5z", "#ffcc33")],
  "+1": [shape("M8 11c2-1 3.5-4 3.5-7 0-1.5 3-1.5 3 1.5 0 1.5-.5 3-.8 4H19c2 0 2.3 2 1.5 3 1 1 .7 2.5-.3 3 .5 1.2 0 2.3-1 2.7.2 1.2-.6 2.3-2 2.3H12l-4-1.5z", "#ffcc33"), bar(2.5, 10.5, 4.5, 10, BLUE, 1)],
  raising_hand: [...face([stroke("M8.5 15c1 1.3 5.5 1.3 7 0", "#6b4a00", 1.6)]), stroke("M20.5 15V7", "#f0a800", 3.2)],
  slightly_smiling_face: face([stroke("M7.5 14.5c2 3 7 3 9 0", "#6b4a00", 1.7)]),
  tada: [shape("M3 21 8.5 8.5l7 7z", GOLD), stroke("M11 8c0-3 2-3 2-5.5M16 12.5c3 0 3-2 5.5-2M14 10c1.5-1.5 3.5-3.5 5.5-4", BLUE, 1.7), dot(17.5, 3.5, 1.3, RED), dot(20.5, 15, 1.3, GREEN), dot(8, 4.5, 1.3, GREEN)],
  memo: [...sheet, stroke("M8 10h7M8 13.5h5", "#9aa5b5", 1.4), stroke("m12 18 8-8", "#f0a800", 3)],
  page_facing_up: [...sheet, stroke("M8 10h8M8 13.5h8M8 17h5", "#9aa5b5", 1.4)],
  clipboard: [bar(4, 3.5, 16, 18.5, "#b0763a", 2), bar(6, 6, 12, 14, PAPER, 0.8), bar(8.5, 2, 7, 4, "#7c8794", 1.2), stroke("M8.5 10.5h7M8.5 14h7", "#9aa5b5", 1.4)],
  bar_chart: [bar(2, 2, 20, 20, PAPER, 3), bar(5.5, 11, 3.4, 8, GREEN), bar(10.3, 6, 3.4, 13, BLUE), bar(15.1, 9, 3.4, 10, RED)],
  chart_with_upwards_trend: [bar(2, 2, 20, 20, PAPER, 3), stroke("m5 17 5-5 3 2.5L19 7", RED, 2.2)],
  link: [stroke("M10.5 13.5a3.8 3.8 0 0 0 5.4 0l3-3a3.8 3.8 0 0 0-5.4-5.4L12 6.6M13.5 10.5a3.8 3.8 0 0 0-5.4 0l-3 3a3.8 3.8 0 0 0 5.4 5.4l1.5-1.5", "#7c8794", 2.4)],
  zzz: [stroke("M4 13h7l-7 8h7M13 4h7l-7 8h7", BLUE, 2.4)],
  fire: [shape("M12 1.5c.5 4 6.5 6 6.5 12.5a6.5 6.5 0 0 1-13 0c0-3 1.5-5 3-6.5.2 1.5.8 2.5 1.5 3 .5-3-.5-6 2-9z", "#f0642c"), shape("M12 12c.3 2 3 2.8 3 5.8a3 3 0 0 1-6 0c0-2.3 2.3-3.3 3-5.8z", "#ffd84a")],
  heart: [shape("M12 21C5 16 2 12.5 2 8.5 2 3 9.5 1.5 12 7c2.5-5.5 10-4 10 1.5 0 4-3 7.5-10 12.5z", RED)],
  wrench: [stroke("M20.5 5.5a5 5 0 0 1-6.5 6.5L6.5 20a2.1 2.1 0 0 1-3-3L11 9.5A5 5 0 0 1 17.5 3l-3 3 .5 2.5 2.5.5z", INK, 1.8)],
  construction: [bar(1.5, 7, 21, 8, GOLD, 1), shape("M4 7h4l-4 8H1.5v-3zM12 7h4l-4 8H8zM20 7h2.5v3L20 15h-4z", "#2b3038"), stroke("M5.5 15v6M18.5 15v6", INK, 2)],
  inbox_tray: [shape("M2 13h5.5l1.5 3h6l1.5-3H22v7.5H2z", "#7c8794"), stroke("M12 3v9M8.5 8.5 12 12l3.5-3.5", BLUE, 2.4)],
  outbox_tray: [shape("M2 13h5.5l1.5 3h6l1.5-3H22v7.5H2z", "#7c8794"), stroke("M12 12V3M8.5 6.5 12 3l3.5 3.5", BLUE, 2.4)],
  speech_balloon: [shape("M12 3c5.5 0 10 3.3 10 8s-4.5 8-10 8c-1 0-2-.1-3-.3L4 21.5l1-4.2c-1.9-1.5-3-3.8-3-6.3 0-4.7 4.5-8 10-8z", "#dfe8f2"), dot(7.5, 11, 1.4, INK), dot(12, 11, 1.4, INK), dot(16.5, 11, 1.4, INK)],
  robot_face: [bar(4, 6.5, 16, 13, "#9fb4c9", 3), dot(9, 12, 2, "#2b3038"), dot(15, 12, 2, "#2b3038"), stroke("M8.5 16.5h7M12 6V3", "#2b3038", 1.7), dot(12, 2.8, 1.5, RED)],
  electric_plug: [stroke("M9 3v5M15 3v5M12 15v3c0 3 4 2.5 4 4", INK, 2.2), shape("M6 8h12v3a6 6 0 0 1-12 0z", INK)],
  pushpin: [stroke("M12 14v8", "#7c8794", 1.8), shape("M8 2h8l-1 6 3 4v2H6v-2l3-4z", RED)],
  star: [shape("m12 2 3 6.6 7.2.8-5.4 4.8 1.5 7.1L12 17.7l-6.3 3.6 1.5-7.1L1.8 9.4 9 8.6z", GOLD)],
  hand: [shape("M6 12V6a1.5 1.5 0 0 1 3 0v-2a1.5 1.5 0 0 1 3 0v1a1.5 1.5 0 0 1 3 0v2a1.5 1.5 0 0 1 3 0v8a7 7 0 0 1-7 7c-4 0-6-3-8-7-.8-1.6 1-2.7 2-1.5z", "#ffcc33")],
  bust_in_silhouette: [dot(12, 7.5, 4.5, INK), shape("M3.5 21c0-5 3.5-8 8.5-8s8.5 3 8.5 8z", INK)],
  busts_in_silhouette: [dot(8.5, 8.5, 3.8, INK), shape("M1.5 20c0-4.5 3-7 7-7s7 2.5 7 7z", INK), dot(16.5, 8, 3.2, "#8d97a3"), shape("M15 12c4.5-.8 7.5 2 7.5 6.5h-5c-.2-2.5-1-4.8-2.5-6.5z", "#8d97a3")],
};

export const ALIASES = {
  green_circle: "large_green_circle", yellow_circle: "large_yellow_circle", orange_circle: "large_orange_circle",
  large_red_circle: "red_circle", blue_circle: "large_blue_circle", check: "heavy_check_mark", thumbsup: "+1",
  envelope: "email", "e-mail": "email", pencil: "memo", phone: "telephone_receiver", telephone: "telephone_receiver",
  clock1: "clock3", clock2: "clock3", clock4: "clock3", clock5: "clock3", clock6: "clock3", clock7: "clock3",
  clock8: "clock3", clock9: "clock3", clock10: "clock3", clock11: "clock3", clock12: "clock3", stopwatch: "alarm_clock",
  date: "calendar", spiral_calendar_pad: "calendar", repeat: "arrows_counterclockwise", heavy_exclamation_mark: "exclamation",
  grey_question: "question", raised_hand: "hand", heavy_multiplication_x: "x", negative_squared_cross_mark: "x",
  mag_right: "mag", ballot_box_with_check: "white_check_mark", hammer_and_wrench: "wrench", articulated_lorry: "truck",
  closed_lock_with_key: "lock", stop_sign: "octagonal_sign", information: "information_source", smile: "slightly_smiling_face",
};

/** Characters that people and apps type instead of names. */
export const CHARACTERS = {
  white_check_mark: "✅", heavy_check_mark: "✔", x: "❌", warning: "⚠", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  red_circle: "🔴", large_green_circle: "🟢", large_yellow_circle: "🟡", large_orange_circle: "🟠", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", truck: "🚚", package: "📦", eyes: "👀", bell: "🔔", no_bell: "🔕", gear: "⚙",
  mag: "🔍", lock: "🔒", unlock: "🔓", key: "🔑", bulb: "💡", information_source: "ℹ", question: "❓", exclamation: "❗",
  rotating_light: "🚨", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑", alarm_clock: "⏰", calendar: "📅",
  email: "✉", incoming_envelope: "📨", telephone_receiver: "📞", point_right: "👉", wave: "👋", "+1": "👍",
  arrows_counterclockwise: "🔄", raising_hand: "🙋", slightly_smiling_face: "🙂", tada: "🎉", memo: "📝",
  page_facing_up: "📄", clipboard: "📋", bar_chart: "📊", chart_with_upwards_trend: "📈", link: "🔗", zzz: "💤",
  fire: "🔥", heart: "❤", wrench: "🔧", construction: "🚧", inbox_tray: "📥", outbox_tray: "📤", speech_balloon: "💬",
  robot_face: "🤖", electric_plug: "🔌", pushpin: "📌", star: "⭐", hand: "✋", bust_in_silhouette: "👤", busts_in_silhouette: "👥",
};
