import { h, icon, set, write } from "./page.js";
import { rendered, safe } from "./document.js";
import { guarded } from "./guard.js";
import { firstCharacter } from "./phrases.js";

const NEAR = 80; // pixels from the end in which the reader counts as being there
const TOGETHER = 300000; // milliseconds within which messages of one author stand together
const PICTURES = /^image\/(png|jpeg|gif|webp|avif)$/;

/** What was said, and what is on its way, as a list that a screen reader reads on. */
export class Log {
  constructor(phrases, chat, welcome) {
    this.phrases = phrases;
    this.chat = chat;
    this.drawn = new Map();
    this.element = h("div", {
      class: "log",
      role: "log",
      tabindex: 0,
      "aria-label": phrases.say("title"),
      onscroll: () => this.scrolled(),
    });
    this.stays = true;
    const stay = guarded(() => this.stays && this.toEnd());
    this.element.addEventListener("load", stay, true); // of pictures
    if (window.ResizeObserver) new ResizeObserver(stay).observe(this.element);
    this.welcome = this.bubble({ role: "agent", key: "welcome", content_text: welcome, author: {} });
    this.element.append(this.welcome);
    this.newest = h("button", { class: "newest", hidden: true, onclick: () => this.toEnd() });
  }

  /** Who reads at the end is kept there, whatever becomes larger or smaller. */
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    this.stays = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.stays) this.newest.hidden = true;
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
    this.newest.hidden = true;
  }

  /** Draws what has changed, and nothing else, so that what stands there is not read out once more. */
  draw() {
    set(this.element, "aria-busy", this.chat.loaded ? null : "true");
    const entries = this.entries();
    const keys = new Set(entries.map(({ key }) => key));
    for (const [key, { element }] of this.drawn) {
      if (!keys.has(key)) element.remove(), this.drawn.delete(key);
    }
    let last = this.welcome;
    let added = null;
    entries.forEach((entry, index) => {
      const had = this.drawn.get(entry.key);
      const element = had && had.told === told(entry) ? had.element : this.bubble(entry);
      if (had && had.element !== element) had.element.replaceWith(element);
      if (!had) added = entry;
      this.drawn.set(entry.key, { element, told: told(entry) });
      if (element !== last.nextSibling) last.after(element);
      if (entry.role !== "system") element.firstChild.classList.toggle("quiet", together(entries[index - 1], entry));
      element.classList.toggle("same", together(entries[index - 1], entry));
      this.state(element, entry, index === entries.length - 1 || entry.pending);
      last = element;
    });
    if (this.stays || (added && added.pending)) this.toEnd();
    else if (added) {
      this.newest.hidden = false;
      write(this.newest, this.phrases.say("arrived", { name: this.name(added.author) }));
    }
  }

  entries() {
    const { said, pending } = this.chat;
    const all = said.list.map((one) => ({ ...one, key: one.client_message_id || one.id, role: one.author.role, message: one }));
    const coming = pending.map((item) => ({
      key: item.id,
      role: "customer",
      author: {},
      content_text: item.text,
      attachments: item.attachments,
      created_at: new Date(item.at).toISOString(),
      pending: item,
    }));
    return [...all, ...coming];
  }

  bubble(entry) {
    const { role, content_text: text, attachments } = entry;
    const empty = !text && !(entry.content && entry.content.content);
    return h(
      "div",
      { class: "message " + role },
      this.who(entry),
      !empty && h("div", { class: "bubble", dir: "auto" }, ...rendered(entry)),
      attachments && attachments.length > 0 && h("ul", { class: "files" }, ...attachments.map((one) => this.file(one))),
      role === "customer" && h("div", { class: "state" }),
    );
  }

  who({ role, author, created_at: at }) {
    if (role === "system") return null;
    const mine = role === "customer";
    const name = mine ? this.phrases.say("you") : this.name(author);
    const time = at && h("time", { datetime: at }, this.phrases.time(at));
    return h("div", { class: "who" }, !mine && face(author.avatar_url, name), h("bdi", { class: mine && "quiet" }, name), time);
  }

  name({ name }) {
    return name || this.phrases.say("team");
  }

  file({ filename, url, size, type }) {
    const target = safe(url, /^https?:$/);
    const about = [icon("clip"), h("bdi", null, filename), size > 0 && h("small", null, this.phrases.size(size))];
    if (!target) return h("li", { class: "chip" }, ...about);
    const link = { href: target, target: "_blank", rel: "noopener noreferrer", download: filename };
    const plain = () => h("a", link, ...about);
    if (!PICTURES.test(type)) return h("li", null, plain());
    const whole = (event) => event.target.closest("a").replaceWith(plain()); // kept back by the page, or gone
    return h("li", null, h("a", { ...link, class: "picture" }, h("img", { src: target, alt: filename, loading: "lazy", onerror: whole })));
  }

  /** Under the visitor's messages: how far they have come. Of those that have arrived only the last one says so. */
  state(element, { role, pending, message }, shown) {
    if (role !== "customer") return;
    const state = element.lastChild;
    const failed = pending && pending.failed;
    element.classList.toggle("failed", !!failed);
    const name = !shown ? "" : failed ? "failed" : pending ? "sending" : this.chat.said.wasNoticed(message) ? "seen" : "sent";
    const text = name && this.phrases.say(name);
    if (state.told === text + failed) return;
    state.told = text + failed;
    const act = (does) => h("button", { onclick: () => this.chat.outbox[does](pending.id) }, this.phrases.say(does));
    state.replaceChildren(text, ...(failed ? [h("bdi", null, failed), act("retry"), act("discard")] : []));
  }
}

const told = ({ content, content_text, attachments, pending, author }) =>
  JSON.stringify([content || content_text, (attachments || []).map((one) => one.id), !!pending, author.name]);

function together(before, entry) {
  if (!before || before.role !== entry.role || before.author.name !== entry.author.name) return false;
  return Date.parse(entry.created_at) - Date.parse(before.created_at) < TOGETHER;
}

function face(address, name) {
  const letter = () => h("span", { class: "face", "aria-hidden": "true" }, firstCharacter(name).toUpperCase());
  const source = safe(address, /^https?:$/);
  const missing = (event) => event.target.replaceWith(letter());
  return source ? h("img", { class: "face", src: source, alt: "", referrerpolicy: "no-referrer", onerror: missing }) : letter();
}
