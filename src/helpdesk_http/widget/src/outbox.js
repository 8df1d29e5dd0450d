import { freshId, patience } from "./guard.js";

const WAITING = "out:";

/**
 * Messages on their way. Each is kept under a name of its own until the desk has said that it has it, and bears an id
 * by which the desk knows it again; so none is lost by a reload and none arrives twice, whichever tab sends it.
 */
export class Outbox {
  constructor(shelf, tabs, deliver, changed) {
    this.shelf = shelf;
    this.tabs = tabs;
    this.deliver = deliver;
    this.changed = changed;
    this.tries = 0;
    this.timer = 0;
    this.running = false;
    this.again = false;
  }

  /** Oldest first. */
  items() {
    const found = this.shelf.names(WAITING).map((name) => this.shelf.get(name));
    return found.filter((item) => item && item.id).sort((a, b) => a.at - b.at);
  }

  add(text, attachments) {
    const newest = this.items().pop();
    const at = Math.max(Date.now(), newest ? newest.at + 1 : 0); // what was said later stays later
    this.keep({ id: freshId(), text, attachments, at });
    this.flush();
  }

  retry(id) {
    const item = this.find(id);
    if (item) this.keep({ ...item, failed: undefined, fields: undefined });
    this.tries = 0;
    this.flush();
  }

  discard(id) {
    this.shelf.set(WAITING + id, null);
    this.changed();
  }

  keep(item) {
    this.shelf.set(WAITING + item.id, item);
    this.changed();
  }

  find(id) {
    return this.shelf.get(WAITING + id);
  }

  /** Sends what is waiting, one after the other and in one tab at a time. What the desk refused stays, as failed. */
  async flush() {
    clearTimeout(this.timer);
    this.again = true;
    if (this.running) return;
    this.running = true;
    try {
      while (this.again) {
        this.again = false;
        await this.tabs.alone("outbox", () => this.sendAll());
      }
      this.tries = 0;
    } catch (trouble) {
      const wait = trouble.wait ? trouble.wait * 1000 : patience(this.tries++);
      this.timer = setTimeout(() => this.flush(), wait);
    } finally {
      this.running = false;
      this.changed();
    }
  }

  async sendAll() {
    for (let item; (item = this.items().find((one) => !one.failed)); ) {
      try {
        await this.deliver(item);
        this.shelf.set(WAITING + item.id, null);
      } catch (trouble) {
        if (!trouble.status || trouble.passing) throw trouble;
        // Discarded meanwhile? Then it must not come back.
        if (this.find(item.id)) this.keep({ ...item, failed: trouble.message, fields: trouble.fields });
      }
      this.changed();
    }
  }
}
