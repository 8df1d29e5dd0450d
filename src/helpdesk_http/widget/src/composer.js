import { Files } from "./files.js";
import { h, icon, set, write } from "./page.js";
import { isBlank } from "./phrases.js";

const LONGEST = 100000; // characters, as the desk takes them
const DRAFT = "draft";

/** Where the visitor writes. A draft outlives a reload. */
export class Composer {
  constructor(phrases, chat, allowFiles) {
    this.phrases = phrases;
    this.chat = chat;
    this.error = h("div", { class: "error", role: "alert", hidden: true });
    this.files = new Files(phrases, chat, (text) => this.complain(text), () => this.changed());
    this.text = h("textarea", {
      rows: 1,
      dir: "auto",
      "aria-label": phrases.say("write"),
      placeholder: phrases.say("write"),
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
      onpaste: (event) => this.taken(event, event.clipboardData),
    });
    this.text.value = chat.shelf.get(DRAFT) || "";
    this.button = h("button", { class: "round send", "aria-label": phrases.say("send"), onclick: () => this.send() }, icon("send"));
    this.element = h(
      "div",
      { class: "composer" },
      this.error,
      this.files.element,
      h("div", { class: "line" }, ...(allowFiles ? this.clip() : []), this.text, this.button),
    );
    this.allowFiles = allowFiles;
    this.changed();
  }

  clip() {
    const label = this.phrases.say("attach");
    const chosen = () => {
      this.files.add(input.files);
      input.value = "";
      this.text.focus();
    };
    const input = h("input", { type: "file", multiple: true, hidden: true, "aria-label": label, onchange: chosen });
    return [input, h("button", { class: "round clip", "aria-label": label, onclick: () => input.click() }, icon("clip"))];
  }

  /** Files that were dropped or pasted. */
  taken(event, data) {
    if (!this.allowFiles || !data || !data.files.length) return;
    event.preventDefault();
    this.files.add(data.files);
  }

  focus() {
    this.text.focus();
    this.grow();
  }

  complain(text) {
    write(this.error, text);
    this.error.hidden = !text;
  }

  typed() {
    const { length } = this.text.value;
    const number = (n) => n.toLocaleString(this.phrases.locale);
    this.complain(length > LONGEST ? this.phrases.say("long", { n: number(length), max: number(LONGEST) }) : "");
    this.chat.shelf.set(DRAFT, this.text.value || null);
    this.chat.typing(this.text.value);
    this.changed();
    this.grow();
  }

  grow() {
    const { style } = this.text;
    style.height = "auto";
    style.height = this.text.scrollHeight + 2 + "px";
  }

  changed() {
    set(this.button, "aria-disabled", this.ready ? null : "true");
    if (this.sendWhenReady && !this.files.underWay) this.send();
  }

  get ready() {
    const { value } = this.text;
    return value.length <= LONGEST && (!isBlank(value) || this.files.underWay || this.files.done.length > 0);
  }

  /** Enter sends where there is a real keyboard, but not the Enter that ends a word of an input method. */
  key(event) {
    const plain = event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
    if (!plain || matchMedia("(pointer: coarse) and (hover: none)").matches) return;
    event.preventDefault();
    this.send();
  }

  /** Waits for files that are still on their way. */
  send() {
    if (!this.ready) return;
    this.sendWhenReady = this.files.underWay;
    if (this.sendWhenReady) return;
    const files = this.files.done;
    const text = this.text.value.trim() || files.map((file) => file.filename).join("\n"); // the desk wants words
    this.chat.send(text, files);
    this.files.clear();
    this.text.value = "";
    this.typed();
    this.text.focus();
  }
}
