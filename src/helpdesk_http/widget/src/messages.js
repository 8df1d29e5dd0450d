/** What was said, each message once, oldest first. */
export class Messages {
  constructor() {
    this.clear();
  }

  clear() {
    this.list = [];
    this.ids = new Map(); // by the desk's id and by ours
    this.cursor = null; // up to here the desk has told us everything
    this.noticed = null; // up to here the agent has read
  }

  has(id) {
    return this.ids.has(id);
  }

  /**
   * Adds what is new and answers with it. What the desk tells `inOrder` moves the cursor, and replaces what we had
   * put in ourselves when it took a message.
   */
  add(messages, inOrder) {
    const taken = [];
    for (const message of messages) {
      const { id, client_message_id: ours } = message;
      const had = this.ids.get(id) || (ours && this.ids.get(ours));
      if (inOrder) this.cursor = id;
      if (had) {
        if (inOrder) Object.assign(had, message);
      } else {
        this.list.push(message);
        taken.push(message);
      }
      this.ids.set(id, had || message);
      if (ours) this.ids.set(ours, had || message);
    }
    this.list.sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
    return taken;
  }

  ofDesk() {
    return this.list.filter((message) => message.author.role !== "customer");
  }

  lastOfDesk() {
    return this.ofDesk().pop();
  }

  /** How many messages of the desk's side are later than this one. */
  after(seen) {
    const since = seen ? Date.parse(seen.created_at) : 0;
    return this.ofDesk().filter((message) => Date.parse(message.created_at) > since).length;
  }

  /** Whether the agent has read it. */
  wasNoticed(message) {
    const upTo = this.ids.get(this.noticed);
    return !!upTo && this.list.indexOf(message) <= this.list.indexOf(upTo);
  }
}
