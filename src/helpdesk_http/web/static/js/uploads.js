// Files of an answer: taken one by one to the desk, with how far each has come.
export const LARGEST = 10 * 1024 * 1024;

export const upload = (file, progress) =>
  new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name || "image.png");
    request.open("POST", "/api/upload");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => (request.status < 300 && request.response?.id ? done(request.response) : failed(new Error(request.response?.detail ?? ""))));
    for (const trouble of ["error", "abort", "timeout"]) request.addEventListener(trouble, () => failed(new Error("")));
    request.send(form);
  });

const sized = (size) => (size < 1000 ? `${size} B` : size < 1e6 ? `${Math.round(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`);

// A list of files beside the editor. `changed` is called whenever what is kept of it has changed.
export const uploadList = (list, words, changed) => {
  const kept = new Map();
  let running = 0;

  const row = (name, size) => {
    const item = document.createElement("li");
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "bare", title: words.remove, textContent: "×" });
    remove.setAttribute("aria-label", `${words.remove}: ${name}`);
    item.append(Object.assign(document.createElement("span"), { textContent: name }), Object.assign(document.createElement("span"), { className: "meta", textContent: sized(size) }), remove);
    list.append(item);
    list.hidden = false;
    return { item, remove };
  };

  const drop = (id, item) => {
    kept.delete(id);
    item.remove();
    list.hidden = !list.children.length;
    changed();
  };

  const show = (file) => {
    const { item, remove } = row(file.filename, file.size);
    if (/^image\/(png|jpeg|gif|webp)/.test(file.type ?? "")) item.prepend(Object.assign(document.createElement("img"), { src: `/api/v1/attachments/${file.id}/content`, alt: "", width: 48, height: 36 }));
    kept.set(file.id, { id: file.id, filename: file.filename, size: file.size, type: file.type });
    remove.addEventListener("click", () => drop(file.id, item));
  };

  const add = async (file, inline) => {
    if (file.size > LARGEST) return refuse(file, words.tooLarge);
    const { item, remove } = row(file.name || "image.png", file.size);
    const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    remove.replaceWith(bar);
    running += 1;
    try {
      const stored = await upload(file, (part) => (bar.value = part));
      item.remove();
      if (inline) inline(stored);
      else show(stored);
      changed();
    } catch (error) {
      item.remove();
      refuse(file, error.message || words.notUploaded);
    } finally {
      running -= 1;
      list.hidden = !list.children.length;
    }
  };

  const refuse = (file, why) => {
    const { item, remove } = row(file.name, file.size);
    item.classList.add("failed");
    item.append(Object.assign(document.createElement("span"), { textContent: why }), remove);
    remove.addEventListener("click", () => drop("", item));
  };

  return {
    add,
    show,
    files: () => [...kept.values()],
    busy: () => running > 0,
    clear: () => (kept.clear(), list.replaceChildren(), (list.hidden = true)),
  };
};
