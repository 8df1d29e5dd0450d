// The command palette: what this page offers, the places of the desk, and what a search finds.
const dialog = document.getElementById("palette");
let entries = [];
let at = 0;
let asking;

const commands = () =>
  [...document.querySelectorAll("[data-key-label], .side nav a, .rail a, [data-command]")]
    .filter((element) => !element.matches("[data-palette], input, textarea") && (element.checkVisibility?.() ?? true))
    .map((element) => ({
      label: element.dataset.keyLabel || element.dataset.command || element.textContent.trim(),
      keys: element.dataset.key?.split("|")[0].trim() ?? "",
      run: () => (element.href ? (location.href = element.href) : element.click()),
    }))
    .filter((one, place, all) => one.label && all.findIndex((other) => other.label === one.label) === place);

const matching = (text) => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return commands().filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
};

const draw = (list) => {
  list.replaceChildren(
    ...entries.map((entry, place) => {
      const option = Object.assign(document.createElement("li"), { id: `option-${place}` });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", String(place === at));
      option.append(Object.assign(document.createElement("span"), { textContent: entry.label }));
      const detail = Object.assign(document.createElement("span"), { className: "meta", textContent: entry.detail ?? "" });
      if (entry.keys) detail.append(Object.assign(document.createElement("kbd"), { textContent: entry.keys.replace("mod+", "Ctrl ") }));
      option.append(detail);
      option.addEventListener("click", () => choose(entry));
      return option;
    }),
  );
  if (!entries.length) list.append(Object.assign(document.createElement("li"), { className: "empty", textContent: dialog.dataset.nothing }));
  dialog.querySelector("input").setAttribute("aria-activedescendant", entries.length ? `option-${at}` : "");
  list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
};

const choose = (entry) => {
  dialog.close();
  if (entry.address) location.href = entry.address;
  else entry.run();
};

const look = async (text, list) => {
  const mine = Symbol(text);
  asking = mine;
  entries = matching(text);
  at = 0;
  draw(list);
  if (!text.trim()) return;
  const answer = await fetch(`/app/palette?q=${encodeURIComponent(text)}`).catch(() => null);
  if (asking !== mine || !answer?.ok || answer.redirected) return;
  entries = [...(await answer.json()), ...matching(text)];
  draw(list);
};

const show = () => {
  if (dialog.open) return;
  const input = Object.assign(document.createElement("input"), { type: "text", placeholder: dialog.dataset.placeholder, autocomplete: "off" });
  const list = Object.assign(document.createElement("ul"), { id: "found" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", dialog.getAttribute("aria-label"));
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", "found"], ["aria-label", dialog.dataset.placeholder]]) input.setAttribute(name, value);
  let soon;
  input.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(() => look(input.value, list), 120);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && entries.length) {
      event.preventDefault();
      at = (at + step + entries.length) % entries.length;
      draw(list);
    }
    if (event.key === "Enter" && entries[at]) {
      event.preventDefault();
      choose(entries[at]);
    }
  });
  dialog.replaceChildren(input, list);
  dialog.showModal();
  look("", list);
};

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-palette]")) show();
  if (event.target === dialog) dialog.close();
});
