// <script src="https://desk.example/widget.js" data-api-key="…" async></script>
import { Chat } from "./chat.js";
import { colours } from "./colours.js";
import { guarded, patience, pause, warn } from "./guard.js";
import { Phrases, chosen } from "./phrases.js";
import { Server } from "./server.js";
import { Session } from "./session.js";
import { Shelf } from "./shelf.js";
import { Tabs } from "./tabs.js";
import { Widget } from "./widget.js";

const TAG = "helpdesk-widget";
const script = document.currentScript || document.querySelector("script[data-api-key]");

/** The configuration; the last one that was seen, where the desk cannot be reached now. */
async function configured(server, shelf) {
  for (let tries = 0; ; tries++) {
    try {
      const { config } = await server.config();
      shelf.set("config", config);
      return config;
    } catch (trouble) {
      if (trouble.status && !trouble.passing) throw trouble;
      if (shelf.get("config")) return shelf.get("config");
      await pause(patience(tries));
    }
  }
}

async function begin({ apiKey, desk, colorScheme, language }, nonce) {
  const server = new Server(new URL(desk || "./", desk ? location.href : script.src), apiKey);
  const shelf = new Shelf(apiKey);
  const tabs = new Tabs(`helpdesk:${apiKey}:`);
  const session = new Session(server, shelf, tabs);
  let ready;
  api(new Promise((done) => (ready = done)), session);
  const config = await configured(server, shelf);
  const theme = config.theme || {};
  const fields = (config.formFields || config.preChatForm || []).filter((field) => field && field.name);
  const wished = [config.language, language, document.documentElement.lang, ...navigator.languages];
  const phrases = new Phrases(chosen(wished), navigator.languages);
  const chat = new Chat(server, shelf, tabs, session, fields);
  if (!document.body) await new Promise((there) => document.addEventListener("DOMContentLoaded", there));
  const widget = document.createElement(TAG);
  widget.begin({
    chat,
    phrases,
    fields,
    nonce,
    look: {
      header: theme.headerText,
      side: theme.position === "bottom-left" ? "left" : "right",
      colours: colours(theme.primaryColor),
      scheme: colorScheme,
    },
    allowFiles: config.allowFileUploads !== false,
    welcome: config.welcomeText || phrases.say("welcome"),
  });
  document.body.append(widget);
  ready({ widget, chat });
  chat.begin();
}

/**
 * Puts `window.Helpdesk` there. What is called before the widget stands is done when it does, and what a page pushed
 * onto an array of that name before the script came, too: `(window.Helpdesk ||= []).push(["open"])`.
 */
function api(ready, session) {
  const then = (act) => guarded((...told) => void ready.then((there) => act(there, ...told)).catch(warn));
  const calls = {
    open: then(({ widget }) => widget.open()),
    close: then(({ widget }) => widget.close()),
    on: (name, listener) => {
      const off = ready.then(({ widget }) => widget.events.on(name, listener));
      return () => off.then((act) => act());
    },
    identify: guarded((who) => ready.then(({ chat }) => chat.identify(who))),
    setMetadata: guarded((metadata) => void Object.assign(session.metadata, metadata)),
    reset: then(({ chat }) => chat.forget()),
    push: (...all) => all.forEach(([name, ...told]) => Object.hasOwn(calls, name) && calls[name](...told)),
  };
  const waiting = Array.isArray(window.Helpdesk) ? window.Helpdesk : [];
  window.Helpdesk = Object.freeze(calls);
  calls.push(...waiting);
}

if (!script || !script.dataset.apiKey) warn("the script tag needs data-api-key");
else if (customElements.get(TAG)) warn("the script is on this page twice");
else {
  customElements.define(TAG, Widget);
  begin(script.dataset, script.nonce).catch((trouble) => warn("the chat is not shown:", trouble.message));
}
