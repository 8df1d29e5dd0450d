// Answers that the desk suggests, while they are being written, with what they rest on.
const set = new WeakSet();

export const start = (root) => {
  const section = root.querySelector?.("#suggestions");
  const button = document.getElementById("suggest");
  if (!section || set.has(section)) return;
  set.add(section);
  button.hidden = sessionStorage.getItem("no-suggestions") === "yes";
  button.addEventListener("click", () => suggest(section, button));
  for (const card of section.querySelectorAll(".suggestion")) choices(section, card, card.dataset.id, card.firstChild.textContent);
};

const suggest = async (section, button) => {
  button.disabled = true;
  section.replaceChildren();
  const cards = new Map();
  try {
    const answer = await fetch("/api/ai/stream-reply-suggestions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ticketId: section.dataset.ticket, count: 2 }),
    });
    if (answer.status === 404) {
      sessionStorage.setItem("no-suggestions", "yes"); // this desk has none
      button.hidden = section.hidden = true;
      return;
    }
    section.hidden = false;
    if (!answer.ok || !answer.body) return tell(section, section.dataset.trouble);
    for await (const [event, data] of eventsOf(answer.body)) take(section, cards, event, data);
  } catch {
    section.hidden = false;
    tell(section, section.dataset.trouble);
  } finally {
    button.disabled = false;
  }
};

// Server-sent events out of a stream (html.spec.whatwg.org/multipage/server-sent-events.html §9.2.6).
async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const pieces = (rest + value).split(/\r?\n\r?\n/);
    rest = pieces.pop();
    for (const piece of pieces) {
      const fields = piece.split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).replace(/^ /, "")]);
      const data = fields.filter(([name]) => name === "data").map(([, text]) => text);
      if (data.length) yield [fields.find(([name]) => name === "event")?.[1] ?? "message", JSON.parse(data.join("\n"))];
    }
  }
}

const take = (section, cards, event, data) => {
  if (event === "error") return tell(section, data.message || section.dataset.trouble);
  if (event === "suggestion.start") {
    cards.get(data.index)?.remove();
    const card = Object.assign(document.createElement("article"), { className: "suggestion" });
    card.append(Object.assign(document.createElement("p"), { className: "words" }));
    section.append(card);
    cards.set(data.index, card);
  }
  const card = cards.get(data.index);
  if (!card) return;
  if (event === "token") card.firstChild.append(data.text);
  if (event === "suggestion.end") finish(section, card, data);
};

const finish = (section, card, { id, text, sources = [] }) => {
  card.firstChild.textContent = text;
  if (sources.length) {
    const told = document.createElement("details");
    told.append(Object.assign(document.createElement("summary"), { className: "meta", textContent: `${section.dataset.sources} (${sources.length})` }));
    for (const source of sources) {
      const line = document.createElement("p");
      const address = { article: `/app/articles/${source.id}`, ticket: `/app/tickets/id/${source.id}` }[source.kind];
      line.append(Object.assign(document.createElement(address ? "a" : "strong"), { textContent: source.title, ...(address && { href: address }) }));
      line.append(Object.assign(document.createElement("span"), { className: "meta", textContent: ` ${source.excerpt ?? ""}` }));
      told.append(line);
    }
    card.append(told);
  }
  choices(section, card, id, text);
};

const choices = (section, card, id, text) => {
  const actions = Object.assign(document.createElement("div"), { className: "actions" });
  const button = (label, action) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "quiet small", textContent: label });
    made.addEventListener("click", action);
    actions.append(made);
  };
  button(section.dataset.insert, () => {
    document.dispatchEvent(new CustomEvent("desk:insert", { detail: { text, kind: "reply", suggestion: id } }));
    card.remove();
  });
  button(section.dataset.dismiss, () => {
    card.remove();
    fetch(`${section.dataset.base}/suggestions/${id}/dismiss`, { method: "POST" }).catch(() => {}); // it is gone from here anyway
  });
  card.append(actions);
};

const tell = (section, text) => section.append(Object.assign(document.createElement("p"), { className: "meta", role: "status", textContent: text }));
