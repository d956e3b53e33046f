// Hash routes, so that every place has an address, a link and a way back.
//   #/c/C…            a channel or direct message      #/c/C…/t/1700000000.000100  with a thread open
//   #/c/C…/m/1700000000.000100   at that message: where /archives/C…/p1700000000000100 leads, too
//   #/app/A…          an app: #/app/A…/messages, #/app/A…/home
//   #/erp  #/mailbox  #/mailbox/ID

import { emit } from "./state.js";

const known = new Set(["c", "app", "erp", "mailbox"]);

/** {place: "c"|"app"|"erp"|"mailbox"|null, id, rest: […]} */
export function route() {
  const [place, id, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return known.has(place) ? { place, id: id ?? null, rest } : { place: null, id: null, rest: [] };
}

/** Where a link to a message leads within this page: the parts of its address, or null. */
export function permalink(url) {
  const { origin, pathname, searchParams } = new URL(url, location.href);
  const found = /^\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/.exec(pathname);
  if (origin !== location.origin || !found) return null;
  const [, channel, seconds, rest] = found;
  const thread = searchParams.get("thread_ts");
  return thread ? ["c", channel, "t", thread] : ["c", channel, "m", `${seconds}.${rest}`];
}

export const href = (...parts) => `#/${parts.map(encodeURIComponent).join("/")}`;

export function go(...parts) {
  location.hash = href(...parts);
}

/** Changes the address without a new step in the history. */
export function correct(...parts) {
  const url = new URL(location.href);
  url.hash = href(...parts);
  history.replaceState(history.state, "", url);
}

export function start() {
  const led = permalink(location.href);
  if (led) history.replaceState(history.state, "", `/${location.search}${href(...led)}`);
  addEventListener("hashchange", () => {
    // The skip link points to an element, not to a place.
    if (location.hash === "#pane") return;
    emit("route", route());
  });
}
