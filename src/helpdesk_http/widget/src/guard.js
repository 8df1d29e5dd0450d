// Nothing that goes wrong in the widget reaches the page that it is on.

/** One line for whoever looks after the page. */
export const warn = (...words) => console.warn("[helpdesk]", ...words);

/** The function, but what it throws or rejects with is only told in the console. */
export function guarded(act) {
  return (...told) => {
    try {
      const done = act(...told);
      return done && done.catch ? done.catch(warn) : done;
    } catch (trouble) {
      warn(trouble);
    }
  };
}

/** Listeners by name: `on` answers with what takes the listener off again. */
export class Listeners {
  constructor() {
    this.named = {};
  }

  on(name, listener) {
    const all = (this.named[name] ||= new Set());
    const safe = guarded(listener);
    all.add(safe);
    return () => all.delete(safe);
  }

  tell(name, value) {
    for (const listener of this.named[name] || []) listener(value);
  }
}

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Milliseconds before the next try: one second doubling up to half a minute, spread so that not all come at once. */
export const patience = (tries) => Math.min(30000, 1000 * 2 ** tries) * (0.75 + Math.random() / 2);

export function freshId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // a page without https has no randomUUID
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
