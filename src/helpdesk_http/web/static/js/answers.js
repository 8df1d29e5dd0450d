// What htmx asked for and did not get. An answer without the part that was to be shown leaves the page as it is: the
// session has ended, or the desk has troubles. What shows by itself is asked for again, so that nothing stays stale.
import { toast } from "./dialogs.js";

const { failed, loggedOut, logIn } = document.body.dataset;
const FIRST = 2_000;
const LONGEST = 30_000;
const missed = new Map(); // by event, how long it waits for the next try
const timers = new Map();
let told;

export const sessionEnded = () => {
  if (told?.isConnected) return;
  told = toast(loggedOut, { link: `/app/login?next=${encodeURIComponent(location.pathname + location.search)}`, label: logIn });
};

const askAgain = (name) => {
  clearTimeout(timers.get(name));
  timers.delete(name);
  document.body.dispatchEvent(new CustomEvent(name));
};

// Only what the page's own events ask for comes by itself; the rest somebody did, and is told.
const missing = (ctx) => {
  const name = ctx?.sourceEvent?.type ?? "";
  if (!/^(desk|ticket):/.test(name)) return toast(failed);
  if (timers.has(name)) return;
  const pause = missed.get(name) ?? FIRST;
  missed.set(name, Math.min(LONGEST, pause * 2));
  timers.set(name, setTimeout(askAgain, pause, name));
};

const isThere = ({ select, text }) => !select || new DOMParser().parseFromString(text, "text/html").querySelector(select);

document.addEventListener("htmx:before:response", (event) => {
  const { raw } = event.detail.ctx.response;
  if (!raw.redirected || new URL(raw.url).pathname !== "/app/login") return;
  event.preventDefault();
  sessionEnded();
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.response.status < 400) return void missed.delete(ctx.sourceEvent?.type);
  if (ctx.response.status < 500 && isThere(ctx)) return;
  event.preventDefault();
  missing(ctx);
});
document.addEventListener("htmx:error", (event) => event.detail.ctx && missing(event.detail.ctx));
addEventListener("online", () => [...timers.keys()].forEach(askAgain));
