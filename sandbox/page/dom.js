// The only place that makes elements. There is no innerHTML anywhere in this page: whatever a
// message says becomes text nodes, so text from outside cannot turn into markup.

const SVG = "http://www.w3.org/2000/svg";
// These live as properties; as attributes they would only set the default.
const PROPERTIES = new Set(["value", "checked", "disabled", "hidden", "selected", "indeterminate", "tabIndex", "srcdoc"]);

/** An element: `h("p", {class: "x", on: {click}, data: {ts: "1"}}, child, …)`; null children are left out. */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProp(node, name, value);
  append(node, children);
  return node;
}

function setProp(node, name, value) {
  if (value === null || value === undefined) return;
  if (name === "on") for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
  else if (name === "data") Object.assign(node.dataset, value);
  else if (PROPERTIES.has(name)) node[name] = value;
  else if (value === true && !name.startsWith("aria-")) node.setAttribute(name, "");
  else if (value !== false || name.startsWith("aria-")) node.setAttribute(name, String(value));
}

export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child);
  }
  return node;
}

/** Replaces the children of a node. */
export function fill(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

/** An SVG drawing from `[tag, attributes]` pairs. Decorative unless it has a label. */
export function drawing(viewBox, shapes, { label, ...attributes } = {}) {
  const svg = document.createElementNS(SVG, "svg");
  const all = { viewBox, focusable: "false", ...attributes };
  if (label) Object.assign(all, { role: "img", "aria-label": label });
  else all["aria-hidden"] = "true";
  for (const [name, value] of Object.entries(all)) svg.setAttribute(name, value);
  for (const [tag, attrs] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attrs)) shape.setAttribute(name, value);
    svg.append(shape);
  }
  return svg;
}

const keys = new WeakMap();

/**
 * Makes the children of `parent` follow `items`, touching only what differs: a focused button or a
 * half-typed field in a child that did not change must survive the update of its neighbours.
 * `sign` tells whether an item changed; `update(node, item)` may change a node in place.
 */
export function patchList(parent, items, { key, sign, make, update }) {
  const old = new Map();
  for (const node of parent.children) if (keys.has(node)) old.set(keys.get(node).key, node);
  const focus = focusIn(parent);
  const wanted = items.map((item, index) => {
    const id = String(key(item, index));
    const signature = sign(item, index);
    let node = old.get(id);
    old.delete(id);
    if (!node) node = make(item, index);
    else if (keys.get(node).signature !== signature) node = changed(node, item, index, { make, update });
    keys.set(node, { key: id, signature });
    return node;
  });
  for (const node of old.values()) node.remove();
  place(parent, wanted);
  // A list within this one may have found the heir already.
  if (focus && !document.contains(focus.node) && document.activeElement === document.body) refocus(parent, focus);
  return wanted;
}

function changed(node, item, index, { make, update }) {
  if (update) {
    update(node, item, index);
    return node;
  }
  const fresh = make(item, index, node);
  node.replaceWith(fresh);
  return fresh;
}

// Nodes that already stand right are not moved: moving a node takes its focus away.
function place(parent, wanted) {
  let cursor = parent.firstElementChild;
  for (const node of wanted) {
    if (node === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(node, cursor);
  }
}

function focusIn(parent) {
  const node = document.activeElement;
  if (!node || node === parent || !parent.contains(node)) return null;
  const acting = node.closest("[data-action-id]");
  const row = node.closest("[data-ts]");
  const action = acting?.dataset.actionId;
  const scope = row && parent.contains(row) ? row : parent;
  return { node, action, index: action ? alike(scope, action).indexOf(acting) : 0, ts: row?.dataset.ts };
}

const alike = (scope, action) => [...scope.querySelectorAll(`[data-action-id="${CSS.escape(action)}"]`)];

// The button that was pressed is often the one that its own answer replaces: a keyboard user stays
// at the same action if it is still offered, else at the message itself.
function refocus(parent, { action, index, ts }) {
  const scope = (ts && parent.querySelector(`[data-ts="${CSS.escape(ts)}"]`)) || parent;
  // In a list every row may have the same action: the same place in it comes first.
  const found = action ? alike(scope, action) : [];
  const same = found[index] ?? found[0];
  const target = same?.matches("button, input, textarea") ? same : same?.querySelector("button, input, textarea");
  const heir = target ?? (scope === parent ? parent.closest("[tabindex]") : scope);
  heir?.focus({ preventScroll: true });
}
