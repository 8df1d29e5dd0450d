// Where a ticket is answered: rich text, files, and a draft that outlives a reload and the end of a session.
import { toast } from "./dialogs.js";
import { clean, fromText, outgoing } from "./markup.js";
import { uploadList } from "./uploads.js";

const set = new WeakSet();

export const start = (root) => {
  const section = root.querySelector?.("#composer") ?? root.closest?.("#composer");
  if (section && !set.has(section)) set.add(section), compose(section);
};

const compose = (section) => {
  const part = (name) => section.querySelector(name);
  const page = section.closest(".ticket");
  const [form, editor, plain] = [part("form"), part("#editor"), part("#text")];
  const words = part("#words").dataset;
  const key = `draft:${section.dataset.user}:${page.dataset.ticket}`;
  const uploads = uploadList(part("#uploads"), words, () => keep());
  let timer;

  // The editor takes the place of the text field.
  plain.hidden = true;
  plain.disabled = true;
  editor.hidden = false;
  part(".toolbar").hidden = false;
  Object.assign(editor, { contentEditable: "true", role: "textbox", tabIndex: 0 });
  editor.setAttribute("aria-multiline", "true");
  editor.setAttribute("aria-label", editor.dataset.label);
  if (plain.value) editor.innerHTML = fromText(plain.value);
  document.execCommand("defaultParagraphSeparator", false, "p");

  const kind = () => form.elements.kind.value;
  const turned = () => {
    section.dataset.kind = kind();
    editor.dataset.shown = kind() === "note" ? editor.dataset.placeholderNote : editor.dataset.placeholder;
  };
  const isEmpty = () => !editor.textContent.trim() && !editor.querySelector("img");
  const blank = () => editor.classList.toggle("blank", isEmpty() && !editor.querySelector("li, blockquote, pre"));
  form.addEventListener("change", (event) => {
    if (event.target.name !== "kind") return;
    turned();
    keep();
  });
  // The keys `r` and `n` click a label, and so does a hand: whoever does that wants to write. The arrows only choose.
  let wanted = false;
  section.querySelector(".kinds").addEventListener("click", ({ target }) => {
    if (target.name === "kind" && wanted) editor.focus();
    wanted = target.name !== "kind";
  });

  // Drafts.
  const draft = () => ({ html: isEmpty() ? "" : clean(editor.innerHTML), kind: kind(), cc: form.elements.cc?.value, bcc: form.elements.bcc?.value, files: uploads.files(), suggestion: form.elements.suggestion_id.value });
  const keep = () => {
    clearTimeout(timer);
    timer = setTimeout(keepNow, 250);
  };
  const keepNow = () => {
    clearTimeout(timer);
    const now = draft();
    if (now.html || now.files.length) {
      localStorage.setItem(key, JSON.stringify(now));
      part("#draft-told").textContent = words.kept;
    } else {
      localStorage.removeItem(key);
      part("#draft-told").replaceChildren();
    }
  };
  const empty = () => {
    clearTimeout(timer);
    localStorage.removeItem(key);
    editor.replaceChildren();
    uploads.clear();
    form.elements.suggestion_id.value = "";
    part("#draft-told").replaceChildren();
    blank();
  };
  const restore = () => {
    let known;
    try {
      known = JSON.parse(localStorage.getItem(key) ?? "null");
    } catch {
      return localStorage.removeItem(key);
    }
    if (!known || plain.value) return;
    editor.innerHTML = clean(known.html ?? "");
    for (const radio of form.elements.kind) radio.checked = radio.value === known.kind;
    for (const name of ["cc", "bcc"]) if (form.elements[name] && known[name] !== undefined) form.elements[name].value = known[name];
    for (const file of known.files ?? []) uploads.show(file);
    form.elements.suggestion_id.value = known.suggestion ?? "";
    const discard = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: words.discard });
    discard.addEventListener("click", empty);
    part("#draft-told").replaceChildren(`${words.restored} · `, discard);
  };
  form.addEventListener("input", () => (blank(), keep()));
  // Once it was written in, it stays tall: what moves under a finger that is going down is not hit.
  editor.addEventListener("focus", () => editor.classList.add("used"), { once: true });
  addEventListener("pagehide", () => !isEmpty() && keepNow());

  // Formatting.
  const box = part(".link-box");
  let range;
  const inside = (name) => document.getSelection()?.anchorNode?.parentElement?.closest(`#editor ${name}`);
  const commands = {
    link: () => {
      const here = document.getSelection();
      range = here.rangeCount ? here.getRangeAt(0).cloneRange() : undefined;
      box.hidden = !box.hidden;
      box.querySelector("input").value = inside("a")?.getAttribute("href") ?? "";
      if (!box.hidden) box.querySelector("input").focus();
    },
    "set-link": () => {
      const typed = box.querySelector("input").value.trim();
      const address = !typed || /^(https?:|mailto:)/i.test(typed) ? typed : `https://${typed}`;
      box.hidden = true;
      editor.focus();
      const here = document.getSelection();
      if (range) here.removeAllRanges(), here.addRange(range);
      if (!address) return document.execCommand("unlink");
      if (here.isCollapsed) return insert(Object.assign(document.createElement("a"), { href: address, textContent: address }).outerHTML);
      document.execCommand("createLink", false, address);
    },
    quote: () => document.execCommand("formatBlock", false, inside("blockquote") ? "p" : "blockquote"),
    code: () => {
      const text = document.getSelection().toString();
      if (inside("pre")) return document.execCommand("formatBlock", false, "p");
      if (!text || text.includes("\n")) return document.execCommand("formatBlock", false, "pre");
      insert(Object.assign(document.createElement("code"), { textContent: text }).outerHTML);
    },
  };
  const perform = (command) => {
    if (command !== "set-link") editor.focus();
    (commands[command] ?? (() => document.execCommand(command)))();
    blank();
    keep();
  };
  const insert = (html) => document.execCommand("insertHTML", false, html);
  const toolbar = part(".toolbar");
  toolbar.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (button) perform(button.dataset.command);
  });
  toolbar.addEventListener("keydown", (event) => {
    if (event.target.matches("input") && event.key === "Enter") return event.preventDefault(), perform("set-link");
    const buttons = [...toolbar.querySelectorAll("[data-command]:not(.link-box *)")];
    const at = buttons.indexOf(event.target);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || next === undefined || !buttons[next]) return;
    event.preventDefault();
    buttons.forEach((one, place) => (one.tabIndex = place === next ? 0 : -1));
    buttons[next].focus();
  });
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return editor.blur();
    if (!event.ctrlKey && !event.metaKey) return;
    const pressed = `mod+${event.shiftKey ? "shift+" : ""}${/^Digit\d$/.test(event.code) ? event.code.slice(5) : event.key.toLowerCase()}`;
    const button = [...toolbar.querySelectorAll("[data-keys]")].find((one) => one.dataset.keys === pressed);
    if (!button) return;
    event.preventDefault();
    perform(button.dataset.command);
  });

  // Files, and what is pasted.
  const inline = (file) => {
    editor.focus();
    insert(`<img src="/api/v1/attachments/${file.id}/content" alt="">`);
    blank();
  };
  editor.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (data.files.length) {
      event.preventDefault();
      for (const file of data.files) uploads.add(file, file.type.startsWith("image/") ? inline : undefined);
      return;
    }
    const html = data.getData("text/html");
    if (!html) return;
    event.preventDefault();
    insert(clean(html));
  });
  part("#attach").addEventListener("change", (event) => {
    for (const file of event.target.files) uploads.add(file);
    event.target.value = "";
  });
  section.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    section.classList.add("over");
  });
  section.addEventListener("dragleave", () => section.classList.remove("over"));
  section.addEventListener("drop", (event) => {
    section.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    for (const file of event.dataTransfer.files) uploads.add(file);
  });

  // Sending.
  const trouble = (text, link) => {
    const told = part("#answer-trouble");
    told.hidden = !text;
    told.querySelector("span").textContent = text;
    told.querySelector("a")?.remove();
    if (link) told.append(Object.assign(document.createElement("a"), { href: link, textContent: words.logIn }));
    if (text) told.scrollIntoView({ block: "nearest" });
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (uploads.busy()) return trouble(words.wait);
    const { html, images } = outgoing(editor);
    const body = new URLSearchParams([...new FormData(form, event.submitter)].filter(([, value]) => typeof value === "string"));
    body.set("html", html);
    for (const id of new Set([...uploads.files().map((file) => file.id), ...images])) body.append("attachment_id", id);
    keepNow();
    const buttons = form.querySelectorAll(".split-button button");
    buttons.forEach((one) => (one.disabled = true));
    form.querySelector(".split-button details").open = false;
    try {
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", headers: { accept: "application/json" } });
      if (answer.type === "opaqueredirect") return trouble(words.expired, `/app/login?next=${encodeURIComponent(location.pathname + location.search)}`);
      if (!answer.ok) return trouble((await answer.json().catch(() => ({}))).error ?? words.offline);
      trouble("");
      toast(body.get("kind") === "note" ? words.noted : words.sent);
      empty();
      for (const name of ["ticket:thread", "ticket:head"]) document.body.dispatchEvent(new CustomEvent(name));
    } catch {
      trouble(words.offline);
    } finally {
      buttons.forEach((one) => (one.disabled = false));
    }
  });

  // Words from elsewhere on the page: a quoted message, a macro's text, a suggestion.
  const put = (html, as, more = {}) => {
    for (const radio of form.elements.kind) if (as) radio.checked = radio.value === as;
    if (more.suggestion) form.elements.suggestion_id.value = more.suggestion;
    turned();
    editor.focus();
    const all = document.createRange();
    all.selectNodeContents(editor);
    all.collapse(false);
    document.getSelection().removeAllRanges();
    document.getSelection().addRange(all);
    insert(clean(html));
    blank();
    keepNow();
  };
  document.addEventListener("desk:insert", ({ detail }) => section.isConnected && put(detail.html ?? fromText(detail.text), detail.kind, detail));
  document.addEventListener("click", (event) => {
    const quote = event.target.closest?.("[data-quote]");
    if (quote) {
      quote.closest("details").open = false;
      put(`<blockquote>${document.querySelector(`#${CSS.escape(quote.dataset.quote)} .body`).innerHTML}</blockquote><p><br></p>`);
    }
    const text = event.target.closest?.("[data-insert-text]");
    if (text) {
      document.getElementById("sheet").close(); // nothing behind an open dialog can be written into
      put(fromText(text.closest("p").previousElementSibling.textContent), text.dataset.insertText);
    }
  });

  restore();
  turned();
  blank();
};
