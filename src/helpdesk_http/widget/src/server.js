/** The desk said no; `fields` are its complaints by path, `wait` the seconds after which it wants to be asked again. */
export class Refused extends Error {
  constructor(status, problem, wait) {
    super(problem.detail || problem.error || problem.title || `HTTP ${status}`);
    this.status = status;
    this.wait = wait;
    this.fields = {};
    for (const { path, message } of Array.isArray(problem.errors) ? problem.errors : []) this.fields[path] = message;
  }

  /** Whether the same request may succeed later. */
  get passing() {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

/** The desk could not be reached. */
export class Unreachable extends Error {}

const SESSION = "X-Widget-Session";
const PATIENCE = 30000;

/** The desk's widget API. Every call answers with JSON, or throws Refused or Unreachable. */
export class Server {
  constructor(base, apiKey) {
    this.base = new URL("api/widget/", base).href;
    this.apiKey = apiKey;
  }

  config() {
    return this.call("config?apiKey=" + encodeURIComponent(this.apiKey));
  }

  init(about) {
    return this.call("init", { body: { apiKey: this.apiKey, ...about } });
  }

  send(token, body) {
    return this.call("message", { token, body });
  }

  messages(token, after) {
    return this.call("message" + (after ? "?after=" + encodeURIComponent(after) : ""), { token });
  }

  typing(token, typing) {
    return this.call("typing", { token, body: { typing } });
  }

  seen(token, conversationId) {
    return this.call("seen", { token, body: { conversationId } });
  }

  /** The open answer of the stream of events. */
  async stream(token, lastId, signal) {
    const headers = { Accept: "text/event-stream", [SESSION]: token, ...(lastId && { "Last-Event-ID": lastId }) };
    return checked(await reached(fetch(this.base + "stream", { ...MANNERS, headers, signal, cache: "no-store" })));
  }

  async call(path, { token, body } = {}) {
    const text = body && JSON.stringify(body);
    const given = new AbortController();
    const timer = setTimeout(() => given.abort(), PATIENCE);
    try {
      const request = {
        ...MANNERS,
        method: body ? "POST" : "GET",
        headers: { ...(body && { "Content-Type": "application/json" }), ...(token && { [SESSION]: token }) },
        body: text,
        signal: given.signal,
        keepalive: !!text && text.length < 20000, // on its way even if the visitor leaves the page
      };
      const answer = await checked(await reached(fetch(this.base + path, request)));
      return answer.status === 204 ? {} : await reached(answer.json());
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends one file; `progress` is told shares from 0 to 1. By XMLHttpRequest: fetch does not tell how far it is. */
  upload(token, file, progress, signal) {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      const form = new FormData();
      form.append("file", file, file.name);
      request.open("POST", this.base + "upload");
      request.setRequestHeader(SESSION, token);
      request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
      request.onerror = request.onabort = () => fail(new Unreachable());
      request.onload = () => {
        const told = parsed(request.responseText);
        if (request.status < 300) done(told);
        else fail(new Refused(request.status, told, Number(request.getResponseHeader("Retry-After"))));
      };
      signal.addEventListener("abort", () => request.abort());
      request.send(form);
    });
  }
}

// No cookies, and the page's origin as all that the desk learns of where it was asked from.
const MANNERS = { mode: "cors", credentials: "omit", referrerPolicy: "strict-origin", cache: "no-cache" };

async function reached(promise) {
  try {
    return await promise;
  } catch (trouble) {
    throw new Unreachable(trouble.message);
  }
}

async function checked(answer) {
  if (answer.ok) return answer;
  const told = parsed(await reached(answer.text()));
  throw new Refused(answer.status, told, Number(answer.headers.get("Retry-After")));
}

function parsed(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
