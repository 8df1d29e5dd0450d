import { guarded, patience } from "./guard.js";

const SILENCE = 65000; // milliseconds without even a heartbeat: the line is dead
const PROOF = 10000; // milliseconds in which a stream must have said something; a proxy may hold it back
const POLL_OPEN = 4000;
const POLL_CLOSED = 20000;

/**
 * The line to the desk: its stream of events, and asking every few seconds where there is no stream. `hear(event)`
 * takes what comes; `ask()` fetches what is new, before there is a stream and where there is none.
 */
export class Line {
  constructor({ connect, hear, ask, busy }) {
    Object.assign(this, { connect, hear, ask, busy });
    this.lastId = null;
    this.live = false;
  }

  /** Until the signal aborts. */
  async run(signal) {
    const poll = this.polling(signal);
    let tries = 0;
    while (!signal.aborted) {
      const began = Date.now();
      await this.listen(signal).catch(() => {});
      this.live = false;
      tries = Date.now() - began > 30000 ? 0 : tries + 1;
      if (!signal.aborted) await interruptible(patience(tries), signal);
    }
    clearInterval(poll);
  }

  polling(signal) {
    let asked = Date.now();
    return setInterval(() => {
      const due = asked + (this.busy() ? POLL_OPEN : POLL_CLOSED) <= Date.now();
      if (this.live || !due || signal.aborted || navigator.onLine === false) return;
      asked = Date.now();
      guarded(this.ask)();
    }, 1000);
  }

  async listen(signal) {
    const ending = new AbortController();
    const end = () => ending.abort();
    signal.addEventListener("abort", end);
    let timer = setTimeout(end, PROOF);
    try {
      if (!this.lastId) await this.ask();
      const answer = await this.connect(this.lastId, ending.signal);
      for await (const text of texts(answer.body)) {
        clearTimeout(timer);
        timer = setTimeout(end, SILENCE);
        this.live = true;
        for (const event of this.reader.take(text)) this.heard(event);
      }
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      end();
      this.reader = new EventReader();
    }
  }

  reader = new EventReader();

  heard(event) {
    if (event.id) this.lastId = event.id;
    guarded(this.hear)(event);
  }
}

/** Events of a `text/event-stream` out of pieces of it, as the HTML standard reads them. */
export class EventReader {
  constructor() {
    this.rest = "";
    this.event = { type: "message", data: [] };
  }

  *take(text) {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop();
    for (const line of lines) {
      if (line) this.field(line);
      else {
        const { type, data, id } = this.event;
        this.event = { type: "message", data: [] };
        if (data.length) yield { type, data: data.join("\n"), id };
      }
    }
  }

  field(line) {
    const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (name === "data") this.event.data.push(value);
    else if (name === "event") this.event.type = value;
    else if (name === "id") this.event.id = value;
  }
}

async function* texts(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}

/** Waits, but not longer than until the signal, or until the browser says that it is online again. */
function interruptible(milliseconds, signal) {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal.removeEventListener("abort", end);
      done();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
    signal.addEventListener("abort", end);
  });
}
