import { h } from "./page.js";

const BLOCKS = {
  paragraph: "p",
  bulletList: "ul",
  orderedList: "ol",
  listItem: "li",
  blockquote: "blockquote",
  codeBlock: "pre",
  horizontalRule: "hr",
  hardBreak: "br",
};
const MARKS = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };
const DEEPEST = 60;
const ADDRESS = /https?:\/\/[^\s<>"'`]+/g;
const PUNCTUATION = /[.,:;!?)\]}'"»”’…。、]+$/;

/** The message's document as elements; a message that has none, its text. What nobody knows is left out, not guessed. */
export function rendered({ content, content_text: text }) {
  if (content && content.type === "doc") return inside(content, 0);
  return String(text || "").split(/\n{2,}/).map((part) => h("p", null, ...linked(part)));
}

function inside(node, depth) {
  const children = Array.isArray(node.content) && depth < DEEPEST ? node.content : [];
  return children.flatMap((child) => shown(child, depth + 1));
}

function shown(node, depth) {
  const attributes = node.attrs || {};
  if (node.type === "text") return marked(node);
  if (node.type === "image") return image(attributes);
  // A heading in a message is none of the page's: it must not get between those that a screen reader lists.
  if (node.type === "heading") return h("p", null, h("strong", null, ...inside(node, depth)));
  const tag = Object.hasOwn(BLOCKS, node.type) && BLOCKS[node.type];
  if (!tag) return inside(node, depth);
  const start = tag === "ol" && Number.isInteger(attributes.start) && attributes.start;
  return h(tag, { dir: tag === "p" && "auto", start }, ...inside(node, depth));
}

function marked({ text, marks }) {
  const all = Array.isArray(marks) ? marks : [];
  const link = all.find((mark) => mark.type === "link");
  const target = link && safe((link.attrs || {}).href, /^(https?|mailto):$/);
  let parts = link || all.some((mark) => mark.type === "code") ? [String(text)] : linked(String(text));
  if (target) parts = [anchor(target, ...parts)];
  for (const { type } of all) if (Object.hasOwn(MARKS, type)) parts = [h(MARKS[type], null, ...parts)];
  return parts;
}

/** The text with the web addresses in it as links; a full stop after one is not of it. */
function linked(text) {
  const parts = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = found.replace(PUNCTUATION, "");
    const target = safe(address, /^https?:$/);
    if (!target) continue;
    parts.push(text.slice(end, index), anchor(target, address));
    end = index + address.length;
  }
  return [...parts, text.slice(end)].filter(Boolean);
}

function anchor(href, ...children) {
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

function image({ src, alt }) {
  const source = safe(src, /^https?:$/);
  if (!source) return alt ? [String(alt)] : [];
  const shown = { src: source, alt: alt || "", loading: "lazy", referrerpolicy: "no-referrer" };
  return h("img", { ...shown, onerror: (event) => event.target.replaceWith(String(alt || "")) });
}

/** The address if it is of an admitted kind, else null. */
export function safe(address, kinds) {
  try {
    const { protocol, href } = new URL(address);
    return kinds.test(protocol) ? href : null;
  } catch {
    return null;
  }
}
