// Numbers and labels for people: three digits and a unit, as the Rust half of the report has them.

/** Three significant digits, with thousands separated: `1.04`, `12.3`, `942`, `12,300`. */
function digits(value) {
  if (value < 9.995) return value.toFixed(2);
  if (value < 99.95) return value.toFixed(1);
  return count(Math.round(value));
}

/** `value` in the largest unit that leaves at least 1, the units being a thousand apart. */
function scaled(value, units) {
  let place = 0;
  while (value >= 999.5 && place < units.length - 1) {
    value /= 1000;
    place += 1;
  }
  return `${place === 0 ? value : digits(value)} ${units[place]}`;
}

/** A time in microseconds: `942 ms`, `1.04 s`. */
export function time(us) {
  return scaled(us * 1000, ['ns', 'µs', 'ms', 's']);
}

/** A size in decimal units: `5.30 MB`. */
export function bytes(size) {
  return scaled(size, ['B', 'kB', 'MB', 'GB', 'TB']);
}

/** A whole number with thousands separated: `10,000`. */
export function count(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A ratio: `1.0×`, `2.9×`, `12×`. */
export function times(ratio) {
  return `${ratio < 9.95 ? ratio.toFixed(1) : count(Math.round(ratio))}×`;
}

/** A part of the whole: `39 %`. */
export function percent(part) {
  return `${Math.round(part * 100)} %`;
}

/** So many things: `1 job`, `12 jobs`. */
export function counted(number, thing) {
  return `${count(number)} ${thing}${number === 1 ? '' : 's'}`;
}

/** The label of a tick: without zeros that say nothing, and plain `0` at zero. */
export function tickLabel(value, print) {
  if (value === 0) return '0';
  const [number, unit] = print(value).split(' ');
  const short = number.includes('.') ? number.replace(/\.?0+$/, '') : number;
  return unit ? `${short} ${unit}` : short;
}

/** `a, b and c`. */
export function listed(words) {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** What the Rust half calls to steer: `bp_record::steers`; a test there compares the two. */
const STEERS =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/**
 * `text` without what is more than text: control characters, line ends, marks that turn the
 * direction of writing or have no width; and at most `most` characters, or it would push all else
 * off the page.
 */
export function plain(text, most = 120) {
  const clean = String(text).replace(STEERS, ' ');
  return clean.length > most ? `${clean.slice(0, most - 1)}…` : clean;
}

/** The same words at the beginning of a line. */
export function capitalized(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
