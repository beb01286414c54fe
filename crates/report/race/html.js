// Elements from text. Text stays text: nothing here, or anywhere else, parses HTML.

import { count, plain } from './format.js';

/** An element with attributes and children, which are elements or texts. */
export function element(name, attributes = {}, children = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...[children].flat());
  return made;
}

/** The element of that id, which the template has. */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * A sentence of the catalogue: `*stress*` and `` `code` `` become elements; the limit and the
 * window, which it names as code, become their values.
 */
export function marked(sentence, { limit, window }) {
  const values = { limit, window };
  const parts = plain(sentence).split(/(\*[^*]+\*|`[^`]+`)/);
  return parts.map((part) => {
    const inside = part.slice(1, -1);
    if (/^\*.+\*$/.test(part)) return element('strong', {}, inside);
    if (!/^`.+`$/.test(part)) return part;
    return values[inside] ? count(values[inside]) : element('code', {}, inside);
  });
}
