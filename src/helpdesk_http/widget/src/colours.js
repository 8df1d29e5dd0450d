const FALLBACK = "#2456c7";
const READABLE = 4.5; // WCAG 2.2, 1.4.3
const WHITE = [255, 255, 255];
const BLACK = [0, 0, 0];
// --ground of the two themes in widget.css; what can be read on it, can on their --surface.
const LIGHT = [243, 244, 247];
const DARK = [38, 42, 50];

/**
 * The colours of a theme. `accent` is the colour as chosen; `on` the text upon it; `light` and `dark` the same hue,
 * moved towards black or white until it can be read on that theme's ground.
 */
export function colours(chosen) {
  const accent = channels(chosen) || channels(FALLBACK);
  const on = contrast(accent, WHITE) >= READABLE ? WHITE : BLACK;
  return {
    accent: css(accent),
    on: css(on),
    light: css(readable(accent, LIGHT, BLACK)),
    dark: css(readable(accent, DARK, WHITE)),
  };
}

/** `#rgb` or `#rrggbb` as three numbers; nothing else is taken, so no text of a configuration becomes CSS. */
function channels(text) {
  const found = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(String(text).trim());
  if (!found) return null;
  const digits = found[1].length === 3 ? found[1].replace(/./g, "$&$&") : found[1];
  return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
}

function readable(colour, ground, towards) {
  let found = colour;
  for (let share = 0; contrast(found, ground) < READABLE && share < 1; share += 0.05) {
    found = colour.map((value, index) => Math.round(value + (towards[index] - value) * share));
  }
  return found;
}

function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const css = (colour) => `rgb(${colour.join(" ")})`;
