// The page of a ticket: sheets open over it, messages are reached by keys, and what changes elsewhere shows by itself.
import { ready } from "./ready.js";
import { start as times } from "./times.js";

const page = () => document.querySelector(".ticket[data-ticket]");
const tell = (name) => document.body.dispatchEvent(new CustomEvent(name));

// What changed: the messages always, subject and properties where nobody is just at them.
document.body.addEventListener("desk:ticket", ({ detail }) => {
  if (detail.ticket !== page()?.dataset.ticket && detail.id !== page()?.dataset.ticket) return;
  tell("ticket:thread");
  const head = document.getElementById("ticket-head");
  const at = document.activeElement;
  if (!head?.contains(at) || at.matches("button, a, summary")) if (!head?.querySelector("details[open]")) tell("ticket:head");
});
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail?.ctx?.target?.id === "ticket-head" && event.detail.ctx.request?.method !== "GET") tell("ticket:thread");
});

// Sheets: small pages that open in a dialog.
const openSheet = async (address) => {
  const sheet = document.getElementById("sheet");
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (answer.redirected) return (location.href = answer.url);
  const part = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("sheet-page");
  if (!part) return (location.href = address);
  sheet.replaceChildren(document.importNode(part, true));
  window.htmx?.process(sheet);
  ready(sheet);
  times(sheet);
  if (!sheet.open) sheet.showModal();
  sheet.querySelector("[autofocus]")?.focus();
};

document.addEventListener("click", (event) => {
  const { target } = event;
  const link = target.closest?.("a[data-sheet]");
  if (link && document.getElementById("sheet") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    link.closest("details.menu")?.removeAttribute("open");
    return openSheet(link.href);
  }
  const sheet = document.getElementById("sheet");
  if (sheet && (target === sheet || target.closest?.("[data-close-sheet]"))) sheet.close();
  const go = target.closest?.("[data-go]");
  if (go) walk(go.dataset.go === "next" ? 1 : -1);
});

// Which message the keyboard is at.
const walk = (step) => {
  const all = [...document.querySelectorAll(".thread article.message")];
  if (!all.length) return;
  const now = all.indexOf(document.activeElement?.closest?.("article.message"));
  const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, now + step));
  all[next].focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
};

// A list that is sifted while one types; the arrows walk through what is left.
document.addEventListener("input", ({ target }) => {
  const list = target.dataset?.sift && document.getElementById(target.dataset.sift);
  if (!list) return;
  const words = target.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  for (const row of list.children) row.hidden = !words.every((word) => row.textContent.toLocaleLowerCase().includes(word));
});
document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.("#sheet")?.querySelector(".choices");
  if (!list || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  const links = [...list.querySelectorAll("li:not([hidden]) a")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "Enter") return at < 0 && links.length ? (event.preventDefault(), links[0].click()) : undefined;
  event.preventDefault();
  links[Math.max(0, Math.min(links.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
});

// A menu that a key has opened is walked through with the arrows.
document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.("details.menu[open]") && !target.contains(document.activeElement)) target.querySelector("summary").focus();
}, true);
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step || event.target.matches("input, select")) return;
  const all = [...menu.querySelectorAll("summary, .menu-body :is(a, button, input:not([type=hidden]))")];
  event.preventDefault();
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length]?.focus();
});

const clocks = (root) => {
  for (const one of root.querySelectorAll("[data-clock]")) {
    try {
      const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short", timeZone: one.dataset.clock });
      one.textContent = `${time.format(new Date())} · ${one.dataset.clock}`;
    } catch {
      one.textContent = one.dataset.clock; // a name that the browser does not know
    }
  }
};
setInterval(() => clocks(document), 30_000);

// Long threads are opened at their newest message, where there is room to see it and the answer form.
let opened = false;
const open = () => {
  const newest = [...document.querySelectorAll("#messages .message")].pop();
  if (opened || !newest || location.hash || innerWidth < 640) return;
  opened = true;
  newest.scrollIntoView({ block: "nearest" });
};

export const start = (root) => {
  open();
  clocks(root);
  ready(root);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const field of root.querySelectorAll("[data-zone-here]")) field.value = zone;
};
