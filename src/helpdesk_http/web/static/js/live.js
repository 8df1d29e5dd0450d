// What happens at the desk, as it happens. The server tells the event log from where this page was made; a connection
// that was lost comes back by itself and goes on behind the last event, so nothing is missed and nothing comes twice.
//
// On `document.body`: `desk:tickets` when any list may have changed, `desk:ticket` (detail: {type, id, ticket, actor})
// for each event of a ticket, `desk:notifications`, and `desk:presence` (detail: {colleagues, customer}).
import { sessionEnded } from "./answers.js";

const { place, ticket } = document.body.dataset;
const NOBODY = { colleagues: [], customer: false };
let last = place;

// Who else is at the ticket, as last told: for those who begin to listen only after that. A connection that comes back
// tells who is there, but not that nobody is any more.
export let presence = null;
let source;
let refused = 0;

const tell = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail }));

const hear = (message) => {
  refused = 0;
  if (message.lastEventId) {
    if (Number(message.lastEventId) <= Number(last)) return;
    last = message.lastEventId;
  }
  const event = JSON.parse(message.data);
  if (event.ticket) tell("desk:ticket", event);
  if (/^(ticket|conversation|satisfaction)\./.test(event.type)) tell("desk:tickets", event);
  if (event.type.startsWith("notification.")) tell("desk:notifications", event);
};

const open = () => {
  source?.close();
  const query = new URLSearchParams({ after: last });
  if (ticket) query.set("ticket", ticket);
  source = new EventSource(`/app/live?${query}`);
  source.addEventListener("message", hear);
  source.addEventListener("place", (message) => (last = message.lastEventId));
  source.addEventListener("presence", (message) => tell("desk:presence", (presence = JSON.parse(message.data))));
  source.addEventListener("open", () => presence && tell("desk:presence", (presence = NOBODY)));
  source.addEventListener("error", lost);
};

// A browser gives up where the answer is no stream: the session has ended, or the desk is being started anew.
const lost = async () => {
  if (source.readyState !== EventSource.CLOSED) return;
  const answer = await fetch("/app/palette", { redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") return sessionEnded();
  refused += 1;
  setTimeout(open, Math.min(30_000, 1_000 * 2 ** refused));
};

const wake = () => {
  if (document.visibilityState === "visible" && source.readyState === EventSource.CLOSED) open();
};

if (place) {
  open();
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => event.persisted && open());
  addEventListener("pagehide", () => source.close());
}
