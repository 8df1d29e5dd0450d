// What makes the pages of the desk move. Every page works without it; nothing here is built or bundled.
//
// A module may export `start(root)`, which readies what is inside `root`: called once for the page, and again for every
// piece that htmx swaps in. Listeners that serve the whole page hang on `document` and are added when the module loads.
import * as dialogs from "./dialogs.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as palette from "./palette.js";
import * as times from "./times.js";

const modules = [times, dialogs, keys, live, palette];

export const startAll = (root) => modules.forEach((module) => module.start?.(root));

startAll(document);
document.addEventListener("htmx:after:swap", () => startAll(document));

// What only some pages need comes with them: <main data-needs="composer list">. The keyboard waits for it.
const needed = [...document.querySelectorAll("[data-needs]")].flatMap((part) => part.dataset.needs.split(" "));

Promise.all(
  needed.map(async (name) => {
    const module = await import(`./${name}.js`);
    modules.push(module);
    module.start?.(document);
  }),
).finally(() => document.documentElement.toggleAttribute("data-ready", true));
