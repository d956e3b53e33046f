// A click is a press and a release on the same node. An update that replaces the node in between
// would swallow it, so the page waits with drawing while something is pressed.

let held = null;

function press() {
  if (held) return;
  held = {};
  held.over = new Promise((resolve) => { held.release = resolve; });
}

// The click itself comes after the release: it is to find its node as well.
function release() {
  setTimeout(() => {
    held?.release();
    held = null;
  });
}

addEventListener("pointerdown", press, { capture: true });
for (const type of ["pointerup", "pointercancel"]) addEventListener(type, release, { capture: true });
// Of the window: a press whose end another window gets. Elements lose the focus within a press.
addEventListener("blur", release);

/** Resolves when nothing is pressed. */
export async function released() {
  while (held) await held.over;
}
