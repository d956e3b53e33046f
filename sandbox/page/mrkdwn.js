// Slack's mrkdwn, read into a small tree; inline.js turns the tree into nodes.
// Pure: no element is made here, so that a test can look at what a text means.
//
//   blocks:  {kind: "text"|"quote", lines: [[span…]…]} | {kind: "pre", text}
//   spans:   {kind: "text", text} | {kind: "b"|"i"|"s", spans} | {kind: "code", text}
//          | {kind: "link", url, spans} | {kind: "user"|"channel"|"special", id, label?}
//          | {kind: "date", unix, format, url?, fallback}

const FENCE = /```\n?([\s\S]*?)\n?```/g;
const QUOTE = /^(?:&gt;|>) ?/;
const MARKS = { "*": "b", _: "i", "~": "s" };
const URL_START = /^https?:\/\/[^\s<>|]+/;

export const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** The whole text. `verbatim` leaves bare addresses alone, as Slack does. */
export function parse(text, { verbatim = false } = {}) {
  const blocks = [];
  let end = 0;
  for (const match of text.matchAll(FENCE)) {
    // The line breaks next to a fence belong to the fence.
    pushLines(blocks, text.slice(end, match.index).replace(/\n$/, ""), verbatim);
    blocks.push({ kind: "pre", text: unescape(unlinked(match[1])) });
    end = match.index + match[0].length;
  }
  const rest = text.slice(end);
  pushLines(blocks, end ? rest.replace(/^\n/, "") : rest, verbatim);
  return blocks;
}

// Inside a fence nothing is live; a link shows its address.
const unlinked = (text) => text.replace(/<((?:https?:|mailto:|tel:|[@#!])[^<>|]*)(?:\|([^<>]*))?>/g, (_, target, label) => label ?? target);

function pushLines(blocks, text, verbatim) {
  if (!text) return;
  for (const line of text.split("\n")) {
    const kind = QUOTE.test(line) ? "quote" : "text";
    const spans = parseInline(line.replace(kind === "quote" ? QUOTE : "", ""), { verbatim });
    const last = blocks.at(-1);
    if (last?.kind === kind) last.lines.push(spans);
    else blocks.push({ kind, lines: [spans] });
  }
}

/** One line. */
export function parseInline(line, { verbatim = false } = {}) {
  const spans = [];
  let plain = "";
  let at = 0;
  const flush = () => {
    if (plain) spans.push({ kind: "text", text: unescape(plain) });
    plain = "";
  };
  while (at < line.length) {
    const found = readSpan(line, at, verbatim);
    if (found) {
      flush();
      spans.push(found.span);
      at = found.end;
    } else {
      plain += line[at];
      at += 1;
    }
  }
  flush();
  return spans;
}

function readSpan(line, at, verbatim) {
  const first = line[at];
  if (first === "`") return readCode(line, at);
  if (first === "<") return readAngle(line, at, verbatim);
  if (MARKS[first]) return readMark(line, at, verbatim);
  if (!verbatim && first === "h") return readUrl(line, at);
  return null;
}

function readCode(line, at) {
  const end = line.indexOf("`", at + 1);
  if (end <= at + 1) return null;
  return { span: { kind: "code", text: unescape(unlinked(line.slice(at + 1, end))) }, end: end + 1 };
}

const wordly = (character) => character !== undefined && /[\p{L}\p{N}]/u.test(character);

// *bold* counts only at the edge of words: 2*3*4 and snake_case_name stay as they are.
function readMark(line, at, verbatim) {
  const mark = line[at];
  if (wordly(line[at - 1]) || line[at - 1] === mark) return null;
  if (line[at + 1] === undefined || /\s/.test(line[at + 1]) || line[at + 1] === mark) return null;
  for (let end = line.indexOf(mark, at + 2); end > 0; end = line.indexOf(mark, end + 1)) {
    if (/\s/.test(line[end - 1]) || wordly(line[end + 1]) || insideCode(line, at, end)) continue;
    const spans = parseInline(line.slice(at + 1, end), { verbatim });
    return { span: { kind: MARKS[mark], spans }, end: end + 1 };
  }
  return null;
}

// A mark within `code` or <…> closes nothing.
function insideCode(line, start, end) {
  const between = line.slice(start, end);
  const angle = between.lastIndexOf("<") > between.lastIndexOf(">");
  return angle || (between.match(/`/g)?.length ?? 0) % 2 === 1;
}

function readUrl(line, at) {
  if (wordly(line[at - 1])) return null;
  const match = URL_START.exec(line.slice(at));
  if (!match) return null;
  const url = match[0].replace(/[.,;:!?*_~)'"]+$/, "");
  return { span: { kind: "link", url: unescape(url), spans: [{ kind: "text", text: unescape(url) }] }, end: at + url.length };
}

function readAngle(line, at, verbatim) {
  const end = line.indexOf(">", at);
  if (end < 0) return null;
  const span = angle(line.slice(at + 1, end), verbatim);
  return span && { span, end: end + 1 };
}

function angle(inner) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? undefined : inner.slice(bar + 1);
  if (/^@[UW][A-Z0-9]+$/.test(target)) return { kind: "user", id: target.slice(1), label };
  if (/^#C[A-Z0-9]+$/.test(target)) return { kind: "channel", id: target.slice(1), label };
  if (target.startsWith("!date^")) return dateSpan(target, label);
  if (target.startsWith("!")) return { kind: "special", id: target.slice(1), label };
  if (!/^(https?:|mailto:|tel:)/i.test(target)) return null;
  const spans = label === undefined ? [{ kind: "text", text: unescape(target) }] : parseInline(label, { verbatim: true });
  return { kind: "link", url: unescape(target), spans };
}

function dateSpan(target, label) {
  const [, unix, format, url] = target.split("^");
  const seconds = Number(unix);
  if (!Number.isFinite(seconds) || !format) return { kind: "text", text: unescape(label ?? "") };
  return { kind: "date", unix: seconds, format: unescape(format), url: url && unescape(url), fallback: unescape(label ?? "") };
}
