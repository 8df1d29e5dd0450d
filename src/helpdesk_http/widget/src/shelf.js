/**
 * What the browser keeps for one widget key: JSON values by name. Where storage is closed (private windows, blocked
 * by the visitor) or full, a value lives as long as the page does.
 */
export class Shelf {
  constructor(apiKey) {
    this.prefix = `helpdesk:${apiKey}:`;
    this.here = new Map();
    this.disk = storage();
  }

  get(name) {
    try {
      const text = this.here.get(name) ?? (this.disk && this.disk.getItem(this.prefix + name));
      return text ? JSON.parse(text) : null;
    } catch {
      return null; // somebody else wrote here
    }
  }

  /** `null` removes. */
  set(name, value) {
    this.here.delete(name);
    const text = JSON.stringify(value);
    try {
      if (value === null) this.disk && this.disk.removeItem(this.prefix + name);
      else this.disk.setItem(this.prefix + name, text);
    } catch {
      this.here.set(name, text);
    }
  }

  /** The names that begin so. */
  names(beginning) {
    const names = new Set(this.here.keys());
    try {
      for (const key of Object.keys(this.disk)) {
        if (key.startsWith(this.prefix)) names.add(key.slice(this.prefix.length));
      }
    } catch {
      // nothing but what is here
    }
    return [...names].filter((name) => name.startsWith(beginning));
  }
}

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
