// Questions before what cannot be taken back, small messages, menus that close, and what the side shows on a phone.
export const toast = (text, { action, label, link } = {}) => {
  const box = document.getElementById("toasts");
  const told = Object.assign(document.createElement("div"), { className: "toast" });
  told.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (link) told.append(Object.assign(document.createElement("a"), { href: link, textContent: label }));
  if (action) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    button.addEventListener("click", () => (told.remove(), action()));
    told.append(button);
  }
  box.append(told);
  setTimeout(() => told.remove(), action || link ? 30_000 : 5_000);
  return told;
};

export const ask = (question) =>
  new Promise((answer) => {
    const dialog = document.getElementById("confirm");
    dialog.querySelector("#confirm-text").textContent = question;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  if (await ask(form.dataset.confirm)) {
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
    delete form.dataset.confirmed;
  }
}, true);

document.addEventListener("change", (event) => {
  if (event.target.dataset?.submit !== undefined) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const toggle = event.target.closest?.("[data-toggle]");
  if (!toggle) return;
  const part = document.getElementById(toggle.dataset.toggle);
  const open = part.toggleAttribute("data-open");
  toggle.setAttribute("aria-expanded", String(open));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
