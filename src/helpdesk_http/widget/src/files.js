import { h, icon, set } from "./page.js";

const LARGEST = 10 * 1024 * 1024; // bytes, as the desk takes them
const MOST = 10;

/** The files of the message that is being written: chosen, on their way, there. */
export class Files {
  constructor(phrases, chat, complain, changed) {
    Object.assign(this, { phrases, chat, complain, changed });
    this.all = [];
    this.element = h("ul", { class: "chips" });
  }

  get underWay() {
    return this.all.some((one) => !one.told && !one.failed);
  }

  get done() {
    return this.all.filter((one) => one.told).map((one) => one.told);
  }

  add(files) {
    for (const file of files) {
      if (this.all.length >= MOST) this.complain(this.phrases.say("many", { n: MOST }));
      else if (file.size > LARGEST) {
        this.complain(this.phrases.say("large", { name: file.name, size: this.phrases.size(LARGEST) }));
      } else this.begin(file);
    }
  }

  begin(file) {
    const one = { file };
    this.all.push(one);
    this.send(one);
  }

  async send(one) {
    one.stop = new AbortController();
    one.failed = "";
    this.draw(one);
    try {
      const { signal } = one.stop;
      const told = await this.chat.upload(one.file, (share) => set(one.bar, "value", share), signal);
      one.told = { filename: one.file.name, size: one.file.size, ...told };
    } catch (trouble) {
      one.failed = (trouble.status && trouble.message) || this.phrases.say("failed");
    }
    if (this.all.includes(one)) this.draw(one);
  }

  remove(one) {
    one.stop.abort();
    this.all = this.all.filter((other) => other !== one);
    one.chip.remove();
    this.changed();
  }

  clear() {
    this.all = this.all.filter((one) => !one.told);
    this.element.replaceChildren(...this.all.map((one) => one.chip));
  }

  draw(one) {
    const { name, size } = one.file;
    one.bar = h("progress", { max: 1, value: 0, "aria-label": name });
    const about = one.failed ? h("small", { role: "alert" }, one.failed) : one.told ? h("small", null, this.phrases.size(size)) : one.bar;
    const again = one.failed && h("button", { onclick: () => this.send(one) }, h("small", null, this.phrases.say("retry")));
    const label = this.phrases.say("remove", { name });
    const away = h("button", { class: "round", "aria-label": label, onclick: () => this.remove(one) }, icon("close"));
    const say = h("span", { class: "say" }, h("bdi", null, name), about);
    const chip = h("li", { class: one.failed ? "chip failed" : "chip" }, icon("clip"), say, again, away);
    if (one.chip) one.chip.replaceWith(chip);
    else this.element.append(chip);
    one.chip = chip;
    this.changed();
  }
}
