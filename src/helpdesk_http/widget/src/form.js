import { h, set, write } from "./page.js";
import { isBlank } from "./phrases.js";

const TYPES = { email: "email", phone: "tel" };
const COMPLETES = { name: "name", email: "email", phone: "tel", company: "organization" };
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

/** The form before the chat. What is wrong is told at the field, by us or, after sending, by the desk. */
export class Form {
  constructor(phrases, welcome, fields, filled, done) {
    this.phrases = phrases;
    this.done = done;
    this.fields = fields.map((field) => this.field(field, filled[field.name]));
    const start = h("button", { class: "main", type: "submit" }, phrases.say("start"));
    const inside = [...this.fields.map((field) => field.element), start];
    const form = h("form", { novalidate: true, onsubmit: (event) => this.submit(event) }, h("p", { dir: "auto" }, welcome), ...inside);
    this.element = h("div", { class: "form" }, form);
  }

  /** Complaints by field name; focus goes to the first of them. */
  complain(complaints) {
    for (const { name, control, error } of this.fields) {
      const text = complaints[name] || "";
      write(error, text);
      error.hidden = !text;
      set(control, "aria-invalid", text ? "true" : null);
      set(control, "aria-describedby", text ? error.id : null);
    }
    const first = this.fields.find(({ name }) => complaints[name]);
    if (first) first.control.focus();
  }

  focus() {
    (this.fields.find(({ control }) => !control.value) || this.fields[0]).control.focus();
  }

  submit(event) {
    event.preventDefault();
    const wrong = Object.fromEntries(this.fields.map((field) => [field.name, this.wrong(field)]).filter(([, text]) => text));
    this.complain(wrong);
    if (!Object.keys(wrong).length) this.done(Object.fromEntries(this.fields.map(({ name, value }) => [name, value()])));
  }

  wrong({ type, required, value }) {
    const given = value();
    if (!given || isBlank(String(given))) return required ? this.phrases.say("required") : "";
    return type === "email" && !EMAIL.test(given) ? this.phrases.say("email") : "";
  }

  field({ name, label, type, required }, filled) {
    const id = "field-" + name;
    const told = { id, name, required: !!required, autocomplete: COMPLETES[name] || "off" };
    const box = type === "checkbox";
    const control = input(type, told);
    if (box) control.checked = !!filled;
    else control.value = filled || "";
    const error = h("div", { id: id + "-error", class: "error", hidden: true });
    const star = required && h("span", { "aria-hidden": "true" }, " *");
    const title = h("label", { for: id }, label || name, star);
    const inside = box ? [control, title, error] : [title, control, error];
    const element = h("div", { class: box ? "field check" : "field" }, ...inside);
    return { name, type, required, control, error, element, value: () => (box ? control.checked : control.value.trim()) };
  }
}

function input(type, told) {
  if (type === "textarea") return h("textarea", { ...told, rows: 3, dir: "auto" });
  if (type === "checkbox") return h("input", { ...told, type });
  return h("input", { ...told, type: TYPES[type] || "text", dir: "auto" });
}
