import { guarded } from "./guard.js";

// Elements out of plain values. Nothing in the widget ever parses HTML.

/** An element. Functions among the attributes listen (`onclick`), `true` is an empty attribute, `false` and null none. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  if (tag === "button") element.type = tag; // one that submits says so
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") element.addEventListener(name.slice(2), guarded(value));
    else set(element, name, value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

export function set(element, name, value) {
  if (value == null || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? "" : value);
}

/** Text that is written only when it is another, so that a screen reader is told of real changes alone. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const SHAPES = {
  speech: "M12 3a10 9 0 0 0-7 15l-1 4 5-2a10 9 0 1 0 3-17Z",
  down: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12h15M13 6l6 6-6 6",
  clip: "M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.5 3.5 0 0 1 5 5l-8 8a2 2 0 0 1-3-3l8-8",
};

/** A drawing for the eye; whoever cannot see it hears the label of what it stands in. */
export function icon(shape) {
  const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
  const drawn = { viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", class: "icon " + shape };
  for (const [name, value] of Object.entries(drawn)) svg.setAttribute(name, value);
  path.setAttribute("d", SHAPES[shape]);
  svg.append(path);
  return svg;
}

/** Gives the styles to a shadow root, without inline styles, so that a strict policy of the page needs no exception. */
export function dress(root, css, nonce) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(h("style", { nonce }, css)); // a browser that is older than constructable sheets
  }
}
