import { Composer } from "./composer.js";
import { Form } from "./form.js";
import { Listeners, guarded } from "./guard.js";
import { Log } from "./log.js";
import { dress, h, icon, set, write } from "./page.js";
import css from "./widget.css";

const REACHED_BY_TAB = "a[href], button, input:not([type=file]), textarea, [tabindex='0']";

/** The button in the corner and the panel that it opens, in a shadow root of their own. */
export class Widget extends HTMLElement {
  /** `look` is the theme: `header`, `side` ("left" or "right"), `colours`, `scheme` ("light", "dark" or neither). */
  begin({ chat, phrases, look, fields, allowFiles, welcome, nonce }) {
    Object.assign(this, { chat, phrases, look, fields, welcome });
    this.events = new Listeners();
    this.shadow = this.attachShadow({ mode: "open" });
    dress(this.shadow, css, nonce);
    this.log = new Log(phrases, chat, welcome);
    this.composer = new Composer(phrases, chat, allowFiles);
    this.shadow.append(this.whole());
    this.paint();
    chat.on("change", () => this.draw());
    chat.on("message", (message) => this.heard(message));
    const draw = guarded(() => this.draw());
    document.addEventListener("visibilitychange", draw);
    addEventListener("offline", draw);
    addEventListener("focus", draw);
    if (window.visualViewport) visualViewport.addEventListener("resize", guarded(() => this.fit()));
    this.draw();
  }

  whole() {
    const { phrases, look } = this;
    this.badge = h("span", { class: "badge", hidden: true });
    this.face = h("span", null, icon("speech"));
    this.launcher = h("button", { class: "launcher", "aria-expanded": "false", onclick: () => this.toggle() }, this.face, this.badge);
    const close = h("button", { class: "round", "aria-label": phrases.say("close"), onclick: () => this.close() }, icon("close"));
    const head = h("div", { class: "head" }, h("h2", { id: "title", dir: "auto" }, look.header || phrases.say("title")), close);
    this.strip = h("div", { class: "strip", role: "status", hidden: true });
    this.dots = h("div", { class: "dots", hidden: true }, h("i"), h("i"), h("i"), h("span"));
    this.composer.element.prepend(this.log.newest);
    this.talk = h("div", { class: "talk" }, this.log.element, this.dots, this.composer.element);
    this.panel = h("div", { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true }, head, this.strip, this.talk);
    this.news = h("div", { class: "quiet", role: "status" });
    const listening = { onkeydown: (event) => this.key(event), onkeyup: hush, onkeypress: hush };
    const told = { class: `root ${look.side}`, lang: phrases.language, dir: phrases.direction, ...listening };
    this.root = h("div", told, this.panel, this.launcher, this.news);
    this.takeDrops();
    return this.root;
  }

  paint() {
    const { accent, on, light, dark } = this.look.colours;
    const named = { "--accent": accent, "--on": on, "--accent-light": light, "--accent-dark": dark };
    for (const [name, value] of Object.entries(named)) this.root.style.setProperty(name, value);
    const dim = matchMedia("(prefers-color-scheme: dark)");
    const shade = () => this.root.classList.toggle("dark", this.look.scheme ? this.look.scheme === "dark" : dim.matches);
    dim.addEventListener("change", shade);
    shade();
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  open() {
    if (this.isOpen) return;
    const before = document.activeElement;
    this.from = before && before !== this && before !== document.body ? before : null;
    this.panel.hidden = false;
    this.fit();
    this.draw();
    this.log.toEnd();
    (this.form || this.composer).focus();
    this.events.tell("open");
  }

  /** The focus goes back to where it was, unless the visitor has meanwhile taken it elsewhere. */
  close() {
    if (!this.isOpen) return;
    const inside = document.activeElement === this;
    this.panel.hidden = true;
    this.draw();
    if (inside) (this.from && this.from.isConnected ? this.from : this.launcher).focus();
    this.events.tell("close");
  }

  draw() {
    const { chat, phrases, isOpen } = this;
    chat.watched = isOpen;
    if (isOpen && !document.hidden && document.hasFocus() && !this.form) chat.see();
    this.root.classList.toggle("open", isOpen);
    set(this.panel, "aria-modal", this.covers ? "true" : null);
    this.choose();
    this.log.draw();
    this.offline();
    this.dots.hidden = !chat.typist;
    const { author = {} } = chat.said.lastOfDesk() || {};
    write(this.dots.lastChild, phrases.say("typing", { name: this.log.name(author) }));
    this.count(isOpen ? 0 : chat.unread);
  }

  /** The form or the talk. */
  choose() {
    const asks = this.chat.unasked;
    if (asks && !this.form) {
      const hadFocus = this.shadow.activeElement;
      this.form = new Form(this.phrases, this.welcome, this.fields, this.chat.answers, (answers) => this.chat.introduce(answers));
      this.talk.before(this.form.element);
      this.talk.hidden = true;
      this.form.complain(this.chat.complaints);
      if (hadFocus && this.isOpen && !this.shadow.activeElement) this.form.focus();
    } else if (!asks && this.form) {
      const hadFocus = this.form.element.contains(this.shadow.activeElement);
      this.form.element.remove();
      this.form = null;
      this.talk.hidden = false;
      if (hadFocus) this.composer.focus();
    }
  }

  offline() {
    const away = navigator.onLine === false;
    this.strip.hidden = !away;
    write(this.strip, away ? this.phrases.say("offline") : "");
  }

  count(unread) {
    const { phrases } = this;
    const label = phrases.say(this.isOpen ? "close" : "open") + (unread ? ". " + phrases.say("unread", { n: unread }) : "");
    set(this.launcher, "aria-label", label);
    set(this.launcher, "aria-expanded", String(this.isOpen));
    if (this.face.firstChild.classList.contains("down") !== this.isOpen) this.face.replaceChildren(icon(this.isOpen ? "down" : "speech"));
    this.badge.hidden = !unread;
    write(this.badge, unread > 99 ? "99+" : String(unread));
    if (unread !== this.unread) this.events.tell("unread", (this.unread = unread));
  }

  heard(message) {
    if (!this.isOpen) write(this.news, this.phrases.say("arrived", { name: this.log.name(message.author) }));
    this.events.tell("message", message);
  }

  key(event) {
    if (event.key === "Escape" && this.isOpen && !event.isComposing) this.close();
    else if (event.key === "Tab" && this.isOpen) this.turn(event);
    hush(event);
  }

  /** Tab goes round within the open widget; Escape leads out. */
  turn(event) {
    const stops = [...this.root.querySelectorAll(REACHED_BY_TAB)].filter((one) => one.getClientRects().length);
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const [from, to] = event.shiftKey ? [first, last] : [last, first];
    if (this.shadow.activeElement !== from) return;
    event.preventDefault();
    to.focus();
  }

  get covers() {
    return this.isOpen && !this.launcher.getClientRects().length;
  }

  /** Above the keyboard of a phone, which covers a page without making it smaller. */
  fit() {
    if (this.isOpen) this.root.style.setProperty("--seen-height", Math.round(visualViewport.height) + "px");
  }

  takeDrops() {
    const sign = h("div", { class: "drop", hidden: true }, icon("clip"));
    const over = (event) => {
      const files = this.composer.allowFiles && !this.form && [...event.dataTransfer.types].includes("Files");
      if (!files) return;
      event.preventDefault();
      sign.hidden = false;
    };
    const away = (event) => {
      if (!this.panel.contains(event.relatedTarget)) sign.hidden = true;
    };
    const drop = (event) => {
      sign.hidden = true;
      this.composer.taken(event, event.dataTransfer);
    };
    const acts = { dragenter: over, dragover: over, dragleave: away, drop };
    for (const [name, act] of Object.entries(acts)) this.panel.addEventListener(name, act);
    this.panel.append(sign);
  }
}

/** What is typed here is no shortcut of the page. */
function hush(event) {
  event.stopPropagation();
}
