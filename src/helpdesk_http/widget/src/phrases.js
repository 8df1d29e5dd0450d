import { NAMES, TEXTS } from "languages";

const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/;

/** The first of the wished languages that there are phrases for, or English: `pt-BR` is answered by `pt`. */
export function chosen(wished) {
  const known = wished.filter(Boolean).map((tag) => String(tag).toLowerCase().split(/[-_]/)[0]);
  return known.find((language) => TEXTS[language]) || "en";
}

/** What the widget says in one language: `say("large", { name, size })`, times, sizes and numbers. */
export class Phrases {
  /** Dates and numbers are written as the visitor's own country does, where it is one of the language. */
  constructor(language, locales) {
    this.language = language;
    this.locale = locales.find((tag) => tag.split("-")[0] === language) || language;
    this.direction = RIGHT_TO_LEFT.test(language) ? "rtl" : "ltr";
    const texts = TEXTS[language].split("\n");
    this.texts = Object.fromEntries(NAMES.map((name, index) => [name, texts[index]]));
  }

  /** A slot's value may hold anything, other slots and `$&` included: it is put in as it stands. */
  say(name, slots = {}) {
    return this.texts[name].replace(/\{(\w+)\}/g, (_, slot) => slots[slot]);
  }

  /** The time of day of today, else the date with it. */
  time(iso) {
    const when = new Date(iso);
    if (isNaN(when)) return "";
    const today = when.toDateString() === new Date().toDateString();
    const parts = { ...(today ? {} : { day: "numeric", month: "short" }), hour: "numeric", minute: "2-digit" };
    return new Intl.DateTimeFormat(this.locale, parts).format(when);
  }

  size(bytes) {
    const [value, unit] = bytes < 1048576 ? [bytes / 1024, "kilobyte"] : [bytes / 1048576, "megabyte"];
    const places = { maximumFractionDigits: value < 10 ? 1 : 0 };
    return new Intl.NumberFormat(this.locale, { style: "unit", unit, ...places }).format(value);
  }
}

/** The first character as a person counts them: a flag, a family or an accented letter stays whole. */
export function firstCharacter(text) {
  const trimmed = text.trim();
  if (!Intl.Segmenter) return Array.from(trimmed)[0] || "";
  const [first] = new Intl.Segmenter().segment(trimmed);
  return first ? first.segment : "";
}

/** Whether there is anything to see in it: spaces, joiners, direction marks and the like alone are nothing. */
export const isBlank = (text) => !/[^\s\p{Cc}\p{Cf}\p{Zs}\u115f\u1160\u3164\u2800]/u.test(text);
