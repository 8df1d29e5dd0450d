// The keyboard. Whatever has `data-key="g i"` is reached by these keys, one after the other: a link or a button is
// clicked, a field is focused. `mod+` stands for Ctrl, or Command on a Mac. With `data-key-label` it stands on the sheet
// that `?` opens; a `data-key-group` puts it under a heading of its own.
const patience = 1200;
let typed = [];
let last = 0;

const inField = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]):not([type=file]), textarea, select, [contenteditable=true]");

const named = (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return (event.ctrlKey || event.metaKey ? "mod+" : "") + (event.altKey ? "alt+" : "") + key;
};

const reachable = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

const find = (keys) =>
  [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key.split("|").some((one) => one.trim() === keys) && reachable(element),
  );

const begins = (keys) =>
  [...document.querySelectorAll("[data-key]")].some((element) =>
    element.dataset.key.split("|").some((one) => one.trim().startsWith(`${keys} `)),
  );

const use = (element) => (element.matches("input, textarea, select, [contenteditable=true]") ? element.focus() : element.click());

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const name = named(event);
  const plain = !name.startsWith("mod+") && !name.startsWith("alt+");
  if (plain && (inField(event.target) || !document.documentElement.hasAttribute("data-ready"))) return;
  if (document.querySelector("dialog[open]") && plain) return;
  if (plain && name === "?") return event.preventDefault(), showSheet();
  typed = event.timeStamp - last < patience ? [...typed, name] : [name];
  last = event.timeStamp;
  for (const keys of [typed.join(" "), name]) {
    const element = find(keys);
    if (element) {
      event.preventDefault();
      typed = [];
      return use(element);
    }
  }
  if (!begins(typed.join(" "))) typed = begins(name) ? [name] : [];
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-shortcuts]")) showSheet();
});

const spelled = (keys) =>
  keys
    .split("|")[0]
    .trim()
    .split(" ")
    .map((key) => `<kbd>${key.replace("mod+", navigator.platform.startsWith("Mac") ? "⌘ " : "Ctrl ").replace("Enter", "↵")}</kbd>`)
    .join(" ");

const showSheet = () => {
  const sheet = document.getElementById("shortcuts");
  if (!sheet || sheet.open) return;
  const groups = new Map();
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-key][data-key-label]")) {
    const { key, keyLabel, keyGroup = "" } = element.dataset;
    if (seen.has(key)) continue;
    seen.add(key);
    groups.set(keyGroup, [...(groups.get(keyGroup) ?? []), [key, keyLabel]]);
  }
  const list = sheet.querySelector("[data-list]");
  list.replaceChildren(
    ...[...groups].map(([heading, entries]) => {
      const part = document.createElement("dl");
      if (heading) part.append(Object.assign(document.createElement("h3"), { textContent: heading }), document.createElement("span"));
      for (const [key, label] of entries) {
        const value = document.createElement("dd");
        value.innerHTML = spelled(key);
        part.append(Object.assign(document.createElement("dt"), { textContent: label }), value);
      }
      return part;
    }),
  );
  sheet.showModal();
};
