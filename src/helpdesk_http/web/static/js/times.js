// Moments in the reader's zone and words. The server writes them in UTC, and how they are to look in `data-style`.
const language = document.documentElement.lang;
const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
const hour = new Intl.DateTimeFormat(language, { timeStyle: "short" });
const soon = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "narrow" });
const spans = [["day", 86400], ["hour", 3600], ["minute", 60]];

const ago = (at) => {
  const seconds = (at - Date.now()) / 1000;
  if (Math.abs(seconds) > 6.5 * 86400) return day.format(at);
  for (const [unit, size] of spans) if (Math.abs(seconds) >= size) return soon.format(Math.round(seconds / size), unit);
  return soon.format(0, "minute");
};

const styles = { ago, moment: (at) => moment.format(at), day: (at) => day.format(at), hour: (at) => hour.format(at) };

export const start = (root) => {
  for (const time of root.querySelectorAll("time[data-style]")) {
    const at = new Date(time.dateTime);
    const text = (styles[time.dataset.style] ?? styles.moment)(at);
    if (time.textContent !== text) time.textContent = text;
    time.title = moment.format(at);
  }
};

setInterval(() => start(document), 60_000);
