// What the page knows of the workspace as the acting person sees it. One object, replaced field by
// field; whoever draws from it listens to "state".

import { get } from "./api.js";
import { setClock } from "./time.js";

export const desk = {
  me: null,
  team: { id: "", name: "" },
  people: new Map(),
  channels: [],
  dms: [],
  apps: [],
  commands: [],
};

const bus = new EventTarget();
const ACTING = "acting";

export const on = (name, listener) => bus.addEventListener(name, (event) => listener(event.detail));
export const emit = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

// The address wins over the session: two windows side by side may act as two people.
export function remembered() {
  return new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem(ACTING);
}

function remember(me) {
  sessionStorage.setItem(ACTING, me);
  const url = new URL(location.href);
  if (url.searchParams.get("as") === me) return;
  url.searchParams.set("as", me);
  history.replaceState(history.state, "", url);
}

// Whom one is before one has chosen: the workspace's first person, its admin.
const FIRST = "U000000001";

let turns = 0;
let wanted = null;

/**
 * Fetches the workspace as `as` sees it, or anew as whoever was chosen last: news that comes while
 * one changes to somebody else must not lead back. A remembered person may be gone after a restart.
 */
export async function load(as = wanted) {
  const turn = (turns += 1);
  wanted = as ?? FIRST;
  let answer = await get("/desk/state", { as: wanted });
  if (!answer.ok && answer.error !== "unreachable") answer = await get("/desk/state", { as: FIRST });
  // Asked for again while this was on its way.
  if (turn !== turns) return { ok: false, stale: true };
  if (!answer.ok) {
    wanted = desk.me;
    return answer;
  }
  const { team, me, people, channels, dms, apps, commands } = answer;
  wanted = me;
  const roster = new Map(people.map((person) => [person.id, person]));
  if (answer.now) setClock(answer.now);
  Object.assign(desk, { team, me, people: roster, channels, dms, apps, commands: commands ?? [] });
  remember(me);
  emit("state");
  return answer;
}

export const personOf = (id) => desk.people.get(id);
export const nameOf = (id) => personOf(id)?.real_name || personOf(id)?.name || id;
export const channelOf = (id) => desk.channels.find((channel) => channel.id === id);
export const dmOf = (id) => desk.dms.find((dm) => dm.id === id);
export const appOf = (id) => desk.apps.find((app) => app.id === id);
export const dmWith = (user) => desk.dms.find((dm) => dm.user === user);
