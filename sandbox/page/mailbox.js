// The mailbox: every mail the bot sent. HTML is shown in a sandboxed frame: no scripts, no forms,
// no navigation, nothing loaded from elsewhere.

import { get, text } from "./api.js";
import { csvTable } from "./csv.js";
import { fill, h, patchList } from "./dom.js";
import { icon } from "./icons.js";
import { refresher } from "./live.js";
import { fileCard } from "./message.js";
import { correct, href } from "./router.js";
import { fullTime, listTime } from "./time.js";

const dateOf = (mail) => new Date(mail.date);
const shown = (mail, format) => (Number.isNaN(dateOf(mail).getTime()) ? String(mail.date ?? "") : format(dateOf(mail)));
const receivers = (mail) => [mail.to ?? []].flat().join(", ");
const subjectOf = (mail) => mail.subject || "(no subject)";

const row = (mail, at) => h("li", {}, h("a", { href: href("mailbox", String(mail.id)), class: "mail-row", "aria-current": String(mail.id) === at ? "true" : null },
  h("span", { class: "mail-to" }, receivers(mail)),
  h("span", { class: "mail-time" }, shown(mail, listTime)),
  h("span", { class: "mail-subject" }, subjectOf(mail), mail.attachments?.length ? icon("clip", 14) : null),
  h("span", { class: "mail-preview" }, (mail.text ?? "").slice(0, 120))));

// The frame inherits this page's content policy; the sandbox attribute takes scripts away twice.
const richPart = (mail) => h("iframe", { class: "mail-html", sandbox: "", title: `Mail: ${subjectOf(mail)}`, srcdoc: mail.html });
const plainPart = (mail) => h("pre", { class: "mail-text" }, mail.text ?? "");

// A mail program shows one part or the other; here one can see both.
function parts(mail) {
  if (!mail.html) return plainPart(mail);
  const body = h("div", { class: "mail-part" }, richPart(mail));
  const buttons = [["As it looks", richPart], ["Plain text", plainPart]].map(([label, draw], index) => h("button", {
    type: "button", class: "tab", "aria-pressed": String(index === 0), on: { click: () => show(index, draw) },
  }, label));
  const show = (chosen, draw) => {
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(index === chosen)));
    fill(body, draw(mail));
  };
  return [h("div", { class: "tabs mail-parts" }, buttons), body];
}

function attachment(file) {
  const sheet = h("div", { class: "mail-sheet", hidden: true });
  const open = h("button", { type: "button", class: "button", "aria-expanded": "false", on: { click: toggle } }, `Open ${file.name}`);
  async function toggle() {
    if (!sheet.childNodes.length) fill(sheet, csvTable(await text(file.url)));
    sheet.hidden = !sheet.hidden;
    open.setAttribute("aria-expanded", String(!sheet.hidden));
  }
  return h("div", { class: "mail-file" }, fileCard(file), file.mimetype === "text/csv" ? [open, sheet] : null);
}

function reading(mail) {
  return h("article", { class: "mail", "aria-label": subjectOf(mail) },
    h("a", { class: "mail-back link", href: href("mailbox") }, "All mails"),
    h("h3", {}, subjectOf(mail)),
    h("dl", { class: "mail-facts" }, h("dt", {}, "From"), h("dd", {}, mail.from ?? ""), h("dt", {}, "To"), h("dd", {}, receivers(mail)), h("dt", {}, "Date"), h("dd", {}, shown(mail, fullTime))),
    mail.attachments?.length ? h("div", { class: "files" }, mail.attachments.map(attachment)) : null,
    parts(mail));
}

export function mailboxScreen({ id }) {
  const list = h("ul", { class: "mail-list", "aria-label": "Mails" });
  const pane = h("div", { class: "mail-pane" });
  const empty = h("div", { class: "empty" }, h("h2", {}, "No mail yet"), h("p", {}, "Every e-mail that the bot sends to anyone ends here instead of leaving this machine."));
  const node = h("div", { class: id ? "mailbox reading" : "mailbox" }, list, pane);
  let current = null;

  const refresh = refresher(() => get("/mailbox/messages"), (answer) => {
    if (!answer.ok || !node.isConnected) return;
    const mails = [...answer.messages].sort((a, b) => dateOf(b) - dateOf(a));
    patchList(list, mails, { key: (mail) => mail.id, sign: (mail) => JSON.stringify([mail, id]), make: (mail) => row(mail, id) });
    list.hidden = !mails.length;
    const mail = mails.find((one) => String(one.id) === id);
    if (id && !mail) correct("mailbox");
    // The frame would lose its place in the mail if it were drawn anew for each arrival.
    const want = mail ? `mail ${mail.id}` : mails.length ? "choose" : "none";
    if (want === current) return;
    current = want;
    fill(pane, mail ? reading(mail) : mails.length ? h("div", { class: "empty" }, h("p", {}, "Choose a mail to read it.")) : empty);
  });
  requestAnimationFrame(refresh);
  const head = [icon("mail"), h("h2", {}, "Mailbox"), h("span", { class: "pane-topic" }, "Mail that the bot sent, to whomever. Nothing here is Slack.")];
  return { node, head, changed: (what) => (what === "mailbox" || what === "*") && refresh(), close: () => {}, focus: () => {} };
}
