// Draws a list of blocks and keeps it up to date. A context says where the blocks stand:
//   container()   what an action names: {type: "message", channel, ts} or {type: "view", view_id}
//   root()        the node whose fields make up the state that goes along with an action
//   keyed         true for views: a field keeps what was typed while its block_id stays the same

import { post } from "../api.js";
import { confirm } from "../dialogs.js";
import { h, patchList } from "../dom.js";
import { textObject } from "../inline.js";
import { notice } from "../notices.js";
import { desk } from "../state.js";
import { dayKey, now } from "../time.js";
import { unsupported } from "./elements.js";
import { blockIdOf, collect } from "./form.js";
import { actions, context, divider, header, image, input, section } from "./layout.js";
import { markdown } from "./markdown.js";
import { richText } from "./rich_text.js";
import { table } from "./table.js";

const BLOCKS = { header, section, context, divider, actions, input, image, markdown, table, rich_text: richText };

// Elements without a value of their own: their block may get a new block_id and stay the same node.
const STATELESS = new Set(["button", "overflow", "image", undefined]);

const elementsOf = (block) => [block.accessory, block.element, ...(block.type === "actions" ? block.elements ?? [] : [])].filter(Boolean);

function signature(block) {
  const stateless = elementsOf(block).every((element) => STATELESS.has(element.type));
  const text = JSON.stringify(stateless ? { ...block, block_id: undefined } : block);
  // What says "today" is another thing tomorrow.
  return text.includes("date") ? `${dayKey(now())} ${text}` : text;
}

// Null counts: a field that was emptied stays empty.
const firstDefined = (...values) => values.find((value) => value !== undefined) ?? null;

const idOf = (block, index) => block.block_id ?? `block-${index}`;

/** Brings `parent` to these blocks, changing as little as possible. */
export function drawBlocks(parent, blocks, place) {
  const nodes = patchList(parent, blocks ?? [], {
    key: (block, index) => (place.keyed ? `${idOf(block, index)} ${block.type}` : `${index} ${block.type}`),
    sign: signature,
    make: (block, index, previous) => make(block, index, previous, place),
  });
  nodes.forEach((node, index) => { node.dataset.blockId = idOf(blocks[index], index); });
}

function make(block, index, previous, place) {
  const id = idOf(block, index);
  // What somebody is typing is not thrown away by an update of the view around it.
  const kept = previous && previous.dataset.blockId === id ? collect({ querySelectorAll: (s) => previous.querySelectorAll(s) })[id] ?? {} : {};
  const ctx = {
    live: true,
    // What a field starts with: as typed a moment ago, as the server remembers it, as the app says.
    start: (element, initial) => firstDefined(kept[element.action_id], place.state?.[id]?.[element.action_id], initial),
    act: (node, element, value) => act(place, node, element, value),
  };
  const draw = BLOCKS[block.type];
  const content = draw ? draw(block, ctx) : unsupported(block.type);
  return h("div", { class: `block block-${block.type}` }, content);
}

// Resolves to false when the person thought better of it or the server refused.
async function act(place, node, element, value) {
  if (element.confirm && !(await confirm(element.confirm, textObject))) return false;
  const root = place.root();
  node.setAttribute("aria-busy", "true");
  const answer = await post("/desk/action", {
    as: desk.me,
    container: place.container(),
    block_id: blockIdOf(node),
    action_id: element.action_id,
    value,
    state: collect(root),
  });
  node.removeAttribute("aria-busy");
  if (!answer.ok) notice(answer.message ?? answer.error);
  return answer.ok;
}
