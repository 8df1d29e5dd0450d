// The list of tickets: the one the keyboard is at, choosing several, and changing these without leaving the page.
import { toast } from "./dialogs.js";

const rows = () => [...document.querySelectorAll(".tickets > li")];
const chosen = () => document.querySelectorAll(".tickets input[name=ticket]:checked");
let at = null;
let lastBox = null;

const mark = () => {
  const place = rows().findIndex((row) => row.id === at);
  for (const row of rows()) row.toggleAttribute("data-at", row.id === at);
  return place;
};

const step = (by) => {
  const list = rows();
  if (!list.length) return;
  const place = Math.min(list.length - 1, Math.max(0, at === null || mark() < 0 ? 0 : mark() + by));
  at = list[place].id;
  mark();
  list[place].scrollIntoView({ block: "nearest" });
};

const count = () => {
  const form = document.getElementById("several");
  if (!form) return;
  const number = chosen().length;
  form.toggleAttribute("data-some", number > 0);
  const told = form.querySelector("[data-chosen]");
  told.textContent = number ? `${number} ${told.dataset.chosen}` : "";
  const all = form.querySelector("[data-all]");
  all.checked = number > 0 && number === rows().length;
  all.indeterminate = number > 0 && number < rows().length;
};

document.addEventListener("click", (event) => {
  const by = event.target.dataset?.step;
  if (by) return step(Number(by));
  if (event.target.matches?.("[data-open]")) document.querySelector(".tickets > [data-at] .subject")?.click();
  if (event.target.matches?.("[data-choose]")) document.querySelector(".tickets > [data-at] input")?.click();
  if (event.target.matches?.(".tickets input[name=ticket]")) {
    const boxes = [...document.querySelectorAll(".tickets input[name=ticket]")];
    if (event.shiftKey && lastBox && boxes.includes(lastBox)) {
      const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(event.target)].sort((one, other) => one - other);
      for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
    }
    lastBox = event.target;
    count();
  }
});

document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-all]")) return;
  for (const box of document.querySelectorAll(".tickets input[name=ticket]")) box.checked = event.target.checked;
  count();
});

const post = async (address, body) => {
  const answer = await fetch(address, { method: "POST", body, headers: { accept: "application/json" } }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.json() : null;
};

document.addEventListener("submit", async (event) => {
  if (event.target.id !== "several") return;
  event.preventDefault();
  const form = event.target;
  const words = form.parentElement.dataset;
  const done = await post(form.action, new FormData(form));
  if (!done) return toast(words.failed);
  form.reset();
  for (const box of chosen()) box.checked = false;
  count();
  document.body.dispatchEvent(new CustomEvent("desk:list"));
  const back = async () => {
    const undone = await post("/app/tickets/several/undo", new URLSearchParams({ token: done.undo }));
    toast(undone ? words.undone : words.failed);
    document.body.dispatchEvent(new CustomEvent("desk:list"));
  };
  toast(done.message, done.undo ? { action: back, label: words.undo } : {});
});

export const start = () => {
  mark();
  count();
};
