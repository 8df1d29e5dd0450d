// Makes widget.js of src/: `npm ci --ignore-scripts && npm run build`, or `node build.js FILE` to write it elsewhere.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { argv, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outfile = argv[2] || join(here, "widget.js");

/** `import … from "languages"`: the phrases of src/languages as one text a language, in one order. */
const languages = {
  name: "languages",
  setup(building) {
    building.onResolve({ filter: /^languages$/ }, ({ path }) => ({ path, namespace: "languages" }));
    building.onLoad({ filter: /.*/, namespace: "languages" }, () => ({ contents: phrases(join(here, "src", "languages")) }));
  },
};

/** Throws where a language lacks a phrase, has one too many, or fills in other things than the English one. */
function phrases(folder) {
  const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
  const english = read("en.json");
  const names = Object.keys(english);
  const slots = (text) => (text.match(/\{\w+\}/g) || []).sort().join();
  const lines = {};
  for (const file of readdirSync(folder).sort()) {
    const told = read(file);
    const wrong = [...new Set([...names, ...Object.keys(told)])].filter(
      (name) => !english[name] || !told[name] || slots(told[name]) !== slots(english[name]) || told[name].includes("\n"),
    );
    if (wrong.length) throw new Error(`${file}: ${wrong.join(", ")}`);
    lines[file.slice(0, -5)] = names.map((name) => told[name]).join("\n");
  }
  return `export const NAMES = ${JSON.stringify(names.join(" "))}.split(" "); export const TEXTS = ${JSON.stringify(lines)};`;
}

/** Styles without what only people need. */
const styles = {
  name: "styles",
  setup(building) {
    building.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const made = await building.esbuild.build({ entryPoints: [path], minify: true, write: false, target: TARGET });
      return { contents: made.outputFiles[0].text.trim(), loader: "text" };
    });
  },
};

// Constructable style sheets, which the widget prefers, are as young as these.
const TARGET = ["chrome94", "firefox101", "safari16.4"];

// Properties of our own, which get short names in the built file. None of them may be part of the API, of what is kept
// in storage, of `window.Helpdesk` or of the browser: each of those bears a name that others know.
const OURS = `
again all allowFiles alone answers ask attend attending badge bar bubble busy button changed channel chat chip
choose colours complain complaints composer connect control count covers cursor deliver disk dots draw drawn
element events face file fit flush forgotten grow header hear heard here holding ids introduce isOpen
items keep known lastId lastOfDesk launcher lead leading leave leaving list live loaded look names newest news
noticed ofDesk offline onTold outbox paint panel passing pending phrases polling prefix rest root running said
say scheme scrolled see sendAll sendWhenReady server session shadow shelf side sighted state stays stop strip
tabs take takeDrops taken talk tell texts time timer toEnd token told tries turn typed typist typistGoes
unasked underWay wait wake wasNoticed watched welcome who whole wrong
`;

const made = await build({
  entryPoints: [join(here, "src", "main.js")],
  outfile,
  bundle: true,
  minify: true,
  format: "iife",
  target: TARGET,
  charset: "utf8",
  mangleProps: new RegExp(`^(${OURS.trim().split(/\s+/).join("|")})$`),
  legalComments: "none",
  banner: { js: "/*! Helpdesk widget, Apache-2.0 */" },
  plugins: [languages, styles],
  write: true,
  metafile: true,
});
const size = (bytes) => `${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} compressed`;
stdout.write(`${outfile}: ${size(readFileSync(outfile))}\n`);
if (argv.includes("--sizes")) {
  const inputs = Object.entries(Object.values(made.metafile.outputs)[0].inputs);
  for (const [name, { bytesInOutput }] of inputs) stdout.write(`${bytesInOutput}\t${name}\n`);
}
