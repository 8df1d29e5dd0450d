import { guarded } from "./guard.js";

/** The other tabs of the same site with the same widget. Without Web Locks or channels each tab is on its own. */
export class Tabs {
  constructor(prefix) {
    this.prefix = prefix;
    this.channel = window.BroadcastChannel ? new BroadcastChannel(prefix) : null;
    this.locks = navigator.locks;
  }

  /** To the other tabs, not to this one. */
  tell(name, value) {
    if (this.channel) this.channel.postMessage([name, value]);
  }

  onTold(take) {
    if (this.channel) this.channel.onmessage = guarded(({ data }) => take(data[0], data[1]));
  }

  /** Runs `act` while no other tab runs something under that name. */
  async alone(name, act) {
    return this.locks ? this.locks.request(this.prefix + name, act) : act();
  }

  /**
   * Runs `act(signal)` in one tab: in the one that came into view last, since a tab behind others may be frozen. It
   * goes over to another tab when this one ends, or takes it with `steal`; the signal says so. Ends after `act`.
   */
  async lead(name, act, steal, stop) {
    if (!this.locks) return act(stop);
    const ending = new AbortController();
    const end = () => ending.abort();
    stop.addEventListener("abort", end);
    const options = steal ? { steal: true } : { signal: stop };
    try {
      await this.locks.request(this.prefix + name, options, () => act(ending.signal));
    } catch (trouble) {
      if (trouble.name !== "AbortError") throw trouble;
    } finally {
      end();
      stop.removeEventListener("abort", end);
    }
  }
}
