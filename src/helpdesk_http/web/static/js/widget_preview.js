// The drawing of a widget follows what is written into its form.
const shown = () => document.querySelector(".widget-preview");

const draw = () => {
  const drawing = shown();
  const value = (name) => document.querySelector(`[data-preview="${name}"]`)?.value ?? "";
  if (/^#[0-9a-f]{6}$/i.test(value("color"))) for (const part of drawing.querySelectorAll("[data-part=color]")) part.setAttribute("fill", value("color"));
  drawing.querySelector("[data-part=heading]").textContent = value("heading");
  drawing.querySelector("[data-part=window]").setAttribute("transform", value("corner") === "bottom-left" ? "translate(-160 0)" : "");
};

document.addEventListener("input", (event) => event.target.dataset?.preview && draw());

export const start = () => shown() && draw();
