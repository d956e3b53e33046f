// The server's pushes. They only say what changed; the page then fetches that and nothing else.

import { released } from "./pointer.js";
import { emit } from "./state.js";

const FIRST_WAIT = 400;
const LONGEST_WAIT = 5000;

let socket = null;
let wait = FIRST_WAIT;
let timer = 0;

/** Listens as a person; called again when one acts as somebody else. */
export function listen(as) {
  clearTimeout(timer);
  const previous = socket;
  const url = new URL("/desk/live", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("as", as);
  const mine = new WebSocket(url);
  socket = mine;
  previous?.close();
  mine.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  mine.addEventListener("close", () => mine === socket && retry(as));
}

function hear(push) {
  if (push.type === "hello") {
    wait = FIRST_WAIT;
    emit("online");
  } else if (push.type === "changed") emit("changed", push.what);
}

// Growing pauses: a demo that is restarted is back at once, one that is gone is not hammered.
function retry(as) {
  emit("offline");
  timer = setTimeout(() => listen(as), wait);
  wait = Math.min(wait * 1.6, LONGEST_WAIT);
}

/**
 * Joins a fetch with the drawing of its answer so that they never run twice at a time: a burst of
 * pushes (an alert that is edited as it grows) costs one running and at most one following fetch.
 * What is drawn waits for a press to end.
 */
export function refresher(read, draw) {
  let running = null;
  let again = false;
  return function refresh() {
    if (running) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        const answer = await read();
        await released();
        draw(answer);
      } while (again);
      running = null;
    })();
    return running;
  };
}
