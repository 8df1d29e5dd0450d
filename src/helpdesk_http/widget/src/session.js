/** The visitor's session with the desk, one for all tabs. Opened when first needed, renewed when it has run out. */
export class Session {
  constructor(server, shelf, tabs) {
    this.server = server;
    this.shelf = shelf;
    this.tabs = tabs;
    this.metadata = {};
    this.identity = null;
  }

  get token() {
    return this.shelf.get("token");
  }

  /** `call(token)`, once more with a new session where the desk does not know the old one. */
  async with(call) {
    const token = this.token || (await this.open(null));
    try {
      return await call(token);
    } catch (trouble) {
      if (trouble.status !== 401) throw trouble;
      return call(await this.open(token));
    }
  }

  /** A token other than `old`: another tab may have opened a session meanwhile. */
  open(old) {
    return this.tabs.alone("session", async () => {
      const kept = this.token;
      if (kept && kept !== old) return kept;
      const told = await this.server.init({
        visitorId: this.shelf.get("visitor") || undefined,
        metadata: { page_url: location.href, referrer: document.referrer, ...this.metadata },
        identity: this.identity || undefined,
      });
      this.shelf.set("visitor", told.visitorId || null);
      this.shelf.set("token", told.sessionToken);
      this.shelf.set("introduced", null); // the desk may know nothing of what an older session told it
      return told.sessionToken;
    });
  }

  /** Forgets the visitor. */
  forget() {
    for (const name of this.shelf.names("")) if (name !== "config") this.shelf.set(name, null);
  }
}
