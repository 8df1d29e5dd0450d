import { Line } from "./line.js";
import { Listeners, guarded } from "./guard.js";
import { Messages } from "./messages.js";
import { Outbox } from "./outbox.js";
import { isBlank } from "./phrases.js";

const HIDDEN_LINE = 300000; // milliseconds that a tab out of sight keeps its line
const TYPING_EVERY = 3000;
const TYPING_LASTS = 8000;

/**
 * The conversation of one visitor, without any page: what was said, what is on its way, who is typing. Tells `change`
 * after each change and `message` for each new message of the desk's side.
 */
export class Chat extends Listeners {
  constructor(server, shelf, tabs, session, fields) {
    super();
    Object.assign(this, { server, shelf, tabs, session, fields });
    this.said = new Messages();
    this.outbox = new Outbox(shelf, tabs, (item) => this.deliver(item), () => this.changed("outbox"));
    this.line = new Line({
      connect: (lastId, signal) => session.with((token) => server.stream(token, lastId || this.said.cursor, signal)),
      hear: (event) => this.hear(event),
      ask: () => this.ask(),
      busy: () => this.watched,
    });
    this.known = {}; // what the page told of the visitor
    this.watched = false; // the panel is open
    this.loaded = !session.token;
    this.typist = false;
    this.attending = null;
    tabs.onTold((name, value) => this.told(name, value));
  }

  begin() {
    addEventListener("online", guarded(() => this.wake()));
    document.addEventListener("visibilitychange", guarded(() => this.sighted()));
    if (this.outbox.items().length) this.outbox.flush();
    this.attend();
  }

  get pending() {
    return this.outbox.items().filter((item) => !this.said.has(item.id));
  }

  get unread() {
    return this.said.after(this.shelf.get("seen"));
  }

  /** The complaints about what the form was filled with, by field. */
  get complaints() {
    const told = Object.assign({}, ...this.pending.map((item) => item.fields));
    const about = this.fields.map(({ name }) => [name, told["preChat." + name]]);
    return Object.fromEntries(about.filter(([, message]) => message));
  }

  get answers() {
    return { ...this.known, ...this.shelf.get("answers") };
  }

  /** Whether the visitor has to fill in the form before the next message. */
  get unasked() {
    if (Object.keys(this.complaints).length) return true;
    if (this.shelf.get("answers") || this.said.list.length || this.pending.length || !this.loaded) return false;
    return this.fields.length > 0 && !this.fields.every(({ name, required }) => (required ? this.known[name] : name in this.known));
  }

  introduce(answers) {
    this.shelf.set("answers", answers);
    this.shelf.set("introduced", null);
    for (const { id, failed } of this.pending) if (failed) this.outbox.retry(id);
    this.changed("outbox");
  }

  send(text, attachments) {
    this.outbox.add(text, attachments);
    this.typing("");
  }

  upload(file, progress, signal) {
    return this.session.with((token) => this.server.upload(token, file, progress, signal));
  }

  /** The visitor's draft has changed: the agent sees that somebody is typing, a few seconds long. */
  typing(draft) {
    const now = Date.now();
    const at = isBlank(draft) ? 0 : now;
    if (!this.session.token || (at ? at < this.typed + TYPING_EVERY : !this.typed)) return;
    this.typed = at;
    this.server.typing(this.session.token, !!at).catch(() => {}); // the next letter says it again
  }

  typed = 0;

  /** The visitor looks at the newest message. */
  see() {
    const last = this.said.lastOfDesk();
    if (!last || last.id === (this.shelf.get("seen") || {}).id) return;
    this.shelf.set("seen", { id: last.id, created_at: last.created_at });
    this.changed("seen");
    this.session.with((token) => this.server.seen(token, last.id)).catch(() => {}); // the next message says it again
  }

  /**
   * The page tells who the visitor is: the form need not ask. With a `hash` the desk can prove it, from the next
   * session on. Somebody else than before does not get to see what the one before has said.
   */
  identify({ id, email, name, hash } = {}) {
    const who = String(id || email || "");
    const before = this.shelf.get("who");
    if (before && before !== who) this.forget();
    this.shelf.set("who", who || null);
    this.known = Object.fromEntries(Object.entries({ name, email }).filter(([, value]) => value));
    this.session.identity = hash ? { id: id && String(id), email, hash } : null;
    this.tell("change");
  }

  forget() {
    this.leave();
    this.session.forget();
    this.known = {};
    this.said.clear();
    this.line.lastId = null;
    this.loaded = true;
    this.changed("forget");
  }

  // ── to the desk ──

  async deliver({ id, text, attachments }) {
    const answers = this.shelf.get("introduced") ? {} : this.answers;
    const told = await this.session.with((token) =>
      this.server.send(token, {
        message: text,
        attachments: attachments.map((one) => one.id),
        clientMessageId: id,
        ...(Object.keys(answers).length && { preChat: answers }),
      }),
    );
    this.shelf.set("introduced", true);
    const created_at = new Date().toISOString();
    const mine = { id: told.conversationId, client_message_id: id, content_text: text, created_at, attachments };
    this.take([{ ...mine, author: { role: "customer" } }]);
    this.attend();
  }

  // ── from the desk ──

  /** What is new, or all there is at first. */
  async ask() {
    if (!this.session.token) return;
    let told;
    try {
      told = await this.session.with((token) => this.server.messages(token, this.said.cursor));
    } catch (trouble) {
      if (!trouble.status || trouble.passing || !this.said.cursor) throw trouble;
      this.said.cursor = null; // of another session
      return this.ask();
    }
    const fresh = this.loaded;
    this.loaded = true;
    this.take(told.messages, true, fresh);
  }

  hear({ type, data }) {
    const told = JSON.parse(data);
    if (type === "message") this.take([told], true);
    else if (type === "typing" && told.role !== "customer") this.types(told.typing, true);
    else if (type === "seen") this.noticed(told.conversationId, true);
  }

  /** Of another tab. */
  told(name, value) {
    this.attend();
    if (name === "messages") this.take(value, false, true, false);
    else if (name === "typing") this.types(value);
    else if (name === "noticed") this.noticed(value);
    else if (name === "forget") this.forgotten();
    else this.tell("change");
  }

  forgotten() {
    this.leave();
    this.said.clear();
    this.tell("change");
  }

  take(messages, inOrder = false, fresh = true, share = true) {
    const taken = this.said.add(messages, inOrder);
    for (const { client_message_id: id } of taken) if (id && this.outbox.find(id)) this.outbox.discard(id);
    if (taken.some((one) => one.author.role !== "customer")) this.types(false);
    if (share && taken.length) this.tabs.tell("messages", taken);
    this.tell("change");
    if (fresh) for (const one of taken) if (one.author.role !== "customer") this.tell("message", one);
  }

  types(typing, share) {
    clearTimeout(this.typistGoes);
    this.typist = !!typing;
    if (typing) this.typistGoes = setTimeout(() => this.types(false), TYPING_LASTS);
    if (share) this.tabs.tell("typing", this.typist);
    this.tell("change");
  }

  noticed(id, share) {
    this.said.noticed = id;
    if (share) this.tabs.tell("noticed", id);
    this.tell("change");
  }

  // ── when to listen ──

  /** Holds the line as long as there is a session; of several tabs the one in sight does it for all. */
  attend() {
    if (this.attending || !this.session.token) return;
    const { signal } = (this.attending = new AbortController());
    const run = guarded(async () => {
      let steal = !document.hidden;
      while (!signal.aborted) {
        await this.tabs.lead("line", (lost) => this.holding(lost), steal, signal);
        steal = false;
      }
    });
    run();
  }

  async holding(lost) {
    this.leading = true;
    await this.line.run(lost);
    this.leading = false;
  }

  leave() {
    if (this.attending) this.attending.abort();
    this.attending = null;
  }

  sighted() {
    clearTimeout(this.leaving);
    if (document.hidden) this.leaving = setTimeout(() => this.leave(), HIDDEN_LINE);
    else {
      if (!this.leading) this.leave();
      this.wake();
    }
  }

  wake() {
    this.attend();
    this.outbox.tries = 0;
    if (this.outbox.items().length) this.outbox.flush();
    this.tell("change");
  }

  changed(what) {
    this.tabs.tell(what);
    this.tell("change");
  }
}
