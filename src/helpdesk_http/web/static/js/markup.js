// Rich text of the answer form: what is pasted is brought into the few forms that an answer may have.
const KEPT = new Set(["P", "BR", "STRONG", "EM", "U", "S", "A", "UL", "OL", "LI", "BLOCKQUOTE", "PRE", "CODE", "IMG"]);
const AS = { B: "STRONG", I: "EM", DIV: "P", H1: "P", H2: "P", H3: "P", H4: "P", H5: "P", H6: "P", STRIKE: "S", DEL: "S", INS: "U", TT: "CODE" };
const GONE = new Set(["SCRIPT", "STYLE", "META", "LINK", "TITLE", "HEAD", "IFRAME", "OBJECT", "EMBED", "TEMPLATE", "SVG", "NOSCRIPT", "FORM", "INPUT", "BUTTON", "SELECT", "TEXTAREA", "VIDEO", "AUDIO"]);
const BLOCKS = new Set(["P", "UL", "OL", "BLOCKQUOTE", "PRE", "LI"]);
const CONTENT = /^\/api\/v1\/attachments\/([0-9a-f-]{36})\/content$/;

// Our own images, by the address of their files; anybody else's would be fetched from there by being shown.
const imageOf = (source) => {
  const at = new URL(source || "about:blank", location.href);
  return at.origin === location.origin ? CONTENT.exec(at.pathname)?.[1] : undefined;
};

const linkOf = (address) => {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
};

const copied = (node, into) => {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) into.append(child.data);
    if (child.nodeType !== Node.ELEMENT_NODE) continue;
    const name = child.nodeName.toUpperCase();
    const kept = AS[name] ?? name;
    if (GONE.has(name)) continue;
    // A word processor writes bold text as a weight, and wraps all of it in a `b` that is not bold.
    const style = child.getAttribute("data-style") ?? "";
    if (!KEPT.has(kept) || (name === "B" && /font-weight:\s*(normal|400)/i.test(style))) {
      copied(child, wrapped(style, into));
      continue;
    }
    const made = document.createElement(kept);
    if (kept === "A") {
      const address = linkOf(child.getAttribute("href"));
      if (!address) {
        copied(child, into);
        continue;
      }
      made.href = address;
    }
    if (kept === "IMG") {
      const id = imageOf(child.getAttribute("src"));
      if (!id) continue;
      made.src = `/api/v1/attachments/${id}/content`;
      made.alt = child.getAttribute("alt") ?? "";
    }
    // A paragraph cannot stand in a paragraph.
    if (kept === "P" && (into.closest?.("p") || [...child.children].some((one) => BLOCKS.has(AS[one.nodeName] ?? one.nodeName)))) copied(child, into);
    else copied(child, made), into.append(made);
  }
};

const wrapped = (style, into) => {
  let inner = into;
  for (const [pattern, name] of [[/font-weight:\s*(bold|[6-9]00)/i, "strong"], [/font-style:\s*italic/i, "em"], [/text-decoration[^;]*underline/i, "u"]]) {
    if (!pattern.test(style)) continue;
    const made = document.createElement(name);
    inner.append(made);
    inner = made;
  }
  return inner;
};

// Our policy lets no styles in, not even where they are only read; here they are, by another name.
const unstyled = (html) => html.replace(/(<[a-z][^<>]*?\s)style(?=\s*=)/gi, "$1data-style");

export const clean = (html) => {
  const parsed = new DOMParser().parseFromString(unstyled(html), "text/html");
  const box = document.createElement("div");
  copied(parsed.body, box);
  return box.innerHTML;
};

export const fromText = (text) => {
  const box = document.createElement("div");
  for (const part of text.replace(/\r\n/g, "\n").split(/\n{2,}/)) {
    const paragraph = document.createElement("p");
    part.split("\n").forEach((line, at) => paragraph.append(...(at ? [document.createElement("br")] : []), line));
    box.append(paragraph);
  }
  return box.innerHTML;
};

// As it is sent: images name their files, and which files they are.
export const outgoing = (editor) => {
  const box = new DOMParser().parseFromString(clean(editor.innerHTML), "text/html").body; // where nothing is fetched
  const images = [];
  for (const image of box.querySelectorAll("img")) {
    const id = imageOf(image.getAttribute("src"));
    images.push(id);
    image.setAttribute("src", `cid:${id}`);
  }
  const empty = !box.textContent.trim() && !images.length;
  return { html: empty ? "" : box.innerHTML, images };
};
