// Forms of several lines: another line where the blank ones are used up.
const add = (box) => {
  const lines = box.querySelectorAll(".line-of");
  const last = lines[lines.length - 1];
  const copy = last.cloneNode(true);
  for (const part of copy.querySelectorAll("[id], [for]"))
    for (const name of ["id", "name", "for"])
      if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(/-\d+-/, `-${lines.length}-`));
  for (const control of copy.querySelectorAll("input, textarea, select")) control.value = "";
  last.after(copy);
  copy.querySelector("input, textarea, select").focus();
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-add-line]");
  if (button) add(button.closest("[data-lines]"));
});

export const start = (root) => {
  for (const button of root.querySelectorAll("[data-add-line]")) button.hidden = false;
};
