// The time axis below the rows. It is text on the page, and no picture.

import { tickLabel, time } from './format.js';
import { byId, element } from './html.js';
import { ticks } from './ticks.js';

/** Ticks from 0 to `until`, below a canvas whose width they share. */
export function showAxis(canvas, until) {
  const axis = byId('axis');
  const from = canvas.getBoundingClientRect().left - axis.getBoundingClientRect().left;
  axis.style.setProperty('--from', `${from}px`);
  axis.style.setProperty('--width', `${canvas.clientWidth}px`);
  const marks = ticks(until, canvas.clientWidth < 400 ? 4 : 6).map((moment) => {
    const mark = element('span', {}, tickLabel(moment, time));
    mark.style.setProperty('left', `${(moment / until) * 100}%`);
    return mark;
  });
  byId('marks').replaceChildren(...marks);
}
