// Who else has this ticket open, and who writes on it: told in its head, so that no two answer the same.
import { presence } from "./live.js";

const box = () => document.getElementById("presence");
const { ticket } = document.body.dataset;
const address = `/app/tickets/${ticket}/presence`;
let typedAt = 0;
let told = "";

const state = () => (Date.now() - typedAt < 8_000 ? "typing" : "looking");

const tell = (now = state()) => {
  const note = document.querySelector(".composer [name=kind]:checked, .composer [name=kind][type=hidden]")?.value === "note";
  const form = new URLSearchParams({ state: now });
  if (!note) form.set("to", "customer");
  told = now;
  fetch(address, { method: "POST", body: form, keepalive: true }).catch(() => {});
};

const show = ({ colleagues, customer }) => {
  const head = box();
  if (!head) return;
  const { looks, writes, customerWrites } = head.dataset;
  const lines = colleagues.map(({ name, typing }) => (typing ? writes : looks).replace("{name}", name));
  if (customer) lines.push(customerWrites);
  head.textContent = lines.join(" · ");
  head.toggleAttribute("data-warn", colleagues.some(({ typing }) => typing));
};

if (ticket) {
  let last = presence;
  if (last) show(last);
  document.body.addEventListener("desk:presence", ({ detail }) => show((last = detail)));
  document.addEventListener("htmx:after:swap", () => last && show(last));
  document.addEventListener("input", (event) => {
    if (!event.target.closest?.(".composer")) return;
    typedAt = Date.now();
    if (told !== "typing") tell();
  });
  addEventListener("pagehide", () => navigator.sendBeacon(address, new URLSearchParams({ state: "gone" })));
  addEventListener("pageshow", () => tell());
  setInterval(() => document.visibilityState === "visible" && tell(), 10_000);
  tell();
}
