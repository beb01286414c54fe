// One row of the race: who it is, its lanes over time, its gauges.

import { callout, description, ending } from './callouts.js';
import { FACE, fit, pill, pillWidth, revealed, wrapped } from './canvas.js';
import { bytes, count, percent, time } from './format.js';
import { element, marked } from './html.js';
import { area, picture } from './lanes-picture.js';
import { gauges } from './model.js';
import { familyVariable } from './palette.js';
import { ticks } from './ticks.js';

/** The label of each gauge, by name. */
const GAUGES = ['delivered', 'inFlight', 'memory', 'busy'];

/** Pixels right of the end below which its time stands left of it. */
const NARROW = 76;
/** Pixels right of the end from which there is room for a sentence. */
const ROOMY = 150;

/**
 * A row on the page. An entry is { key, title, sentence, source, model, dash, wider }: the dash tells
 * members of a family apart, and `wider` is what a wider window makes of it.
 */
export class Row {
  constructor({ key, title, sentence, source, model, dash, wider }) {
    this.model = model;
    this.said = callout(model);
    this.ending = ending(model, wider);
    this.canvas = element('canvas', { role: 'img' });
    this.canvas.setAttribute('aria-label', description(title, model));
    this.values = {};
    this.labels = {};
    const swatch = element('span', { class: `swatch dash-${dash}` });
    const rule = element('p', {}, marked(sentence, model.trace));
    const who = element('div', { class: 'who' }, [element('h3', {}, [swatch, title]), rule]);
    this.element = element('div', { class: 'row' }, [who, this.canvas, this.gaugeList()]);
    if (source) {
      const [button, code] = sourceCode(title, source);
      rule.append(' ', button);
      this.element.append(code);
    }
    this.pointed = null;
    for (const kind of ['pointerdown', 'pointermove']) {
      this.canvas.addEventListener(kind, (event) => this.point(event));
    }
    this.element.dataset.key = key;
    this.element.style.setProperty('--family', familyVariable(model.trace.family));
  }

  /** A pointer that is pressed over the lanes moves the replay there. */
  point(event) {
    if (event.buttons !== 1 || !this.pointed) return;
    this.pointed(Math.max(0, Math.min(1, event.offsetX / this.size.width)));
  }

  gaugeList() {
    const list = element('dl', { class: 'gauges' });
    for (const name of GAUGES) {
      this.labels[name] = element('dt', {});
      this.values[name] = element('dd', {});
      list.append(this.labels[name], this.values[name]);
    }
    return list;
  }

  /** Draw the whole picture once, for the present size and colours. */
  prepare(until, palette) {
    this.until = until;
    this.palette = palette;
    this.size = fit(this.canvas);
    this.area = area(this.model, this.size.height);
    this.picture = picture(this.model, this.size, until, palette);
  }

  /** Show the row at a moment; `over` if the replay is at its end. */
  draw(moment, over, most) {
    const { context, width, height } = this.size;
    const x = (at) => (at / this.until) * width;
    context.clearRect(0, 0, width, height);
    this.drawGrid(context, x, height);
    revealed(context, this.picture, over ? null : x(moment), this.palette.ghost, this.size);
    if (over || moment >= this.model.end) this.drawEnd(context, x);
    if (this.said && (over || moment >= this.said.to)) this.drawSaid(context, x);
    if (!over) {
      context.fillStyle = this.palette.ink;
      context.fillRect(x(moment) - 0.75, 0, 1.5, height);
    }
    this.showGauges(moment, over, most);
  }

  drawGrid(context, x, height) {
    context.fillStyle = this.palette.grid;
    for (const tick of ticks(this.until, 6)) context.fillRect(Math.round(x(tick)), 0, 1, height);
  }

  /** The marker of the end, its time, and beside it what is to be said if there is room. */
  drawEnd(context, x) {
    const { width } = this.size;
    const { top, bottom } = this.area;
    const at = Math.min(width - 2, x(this.model.end));
    context.fillStyle = this.palette.ink;
    context.fillRect(at, top - 2, 2, bottom - top + 4);
    const [middle, room, words] = [(top + bottom) / 2, width - at, time(this.model.end)];
    if (room < NARROW) {
      const place = { x: at - 10, y: top + 10, align: 'right', width };
      pill(context, words, place, this.palette);
      return;
    }
    const roomy = room > ROOMY;
    const place = { x: at + 12, y: middle - (roomy ? 11 : 0), align: 'left', width };
    pill(context, words, place, this.palette);
    if (!roomy) return;
    const said = this.placeOfSaid(context, x) ? null : this.said?.text;
    const text = [said, this.ending].filter(Boolean).join('; ');
    context.font = `12.5px ${FACE}`;
    context.fillStyle = this.palette.muted;
    wrapped(context, text, at + 12, middle + 9, room - 16);
  }

  /** Where the call-out goes: over its stretch, left of the end; null if it stands at the end. */
  placeOfSaid(context, x) {
    if (!this.said) return null;
    const end = x(this.model.end);
    const wide = pillWidth(context, this.said.text);
    const fits = wide < end - 4;
    if (!fits && this.size.width - end > ROOMY) return null;
    const width = fits ? end - 2 : this.size.width;
    const { top, bottom } = this.area;
    const y = this.model.shape ? bottom - 16 : (top + bottom) / 2 - 2;
    return { x: (x(this.said.from) + x(this.said.to)) / 2, y, align: 'centre', width };
  }

  drawSaid(context, x) {
    const place = this.placeOfSaid(context, x);
    if (!place) return;
    const { text, from, to } = this.said;
    pill(context, text, place, this.palette);
    context.strokeStyle = this.palette.ink;
    context.lineWidth = 1.2;
    context.beginPath();
    context.moveTo(x(from), place.y + 11);
    context.lineTo(x(from), place.y + 15);
    context.lineTo(x(to), place.y + 15);
    context.lineTo(x(to), place.y + 11);
    context.stroke();
  }

  /** The gauges; their bars compare the rows, so `most` has the greatest of all of them. */
  showGauges(moment, over, most) {
    const { model } = this;
    const { jobs, limit } = model.trace;
    const done = over || moment >= model.end;
    const now = done ? atEnd(model) : gauges(model, moment);
    const peak = done ? ' peak' : '';
    if (done) this.show('delivered', 'finished', time(model.end), '', model.end / most.end);
    else {
      const part = now.delivered / jobs;
      this.show('delivered', 'delivered', count(now.delivered), ` / ${count(jobs)}`, part);
    }
    this.show('inFlight', 'in flight', count(now.inFlight), peak, now.inFlight / most.inFlight);
    if (now.memory === null) this.show('memory', 'memory', '–', ' not weighed', 0);
    else this.show('memory', 'memory', bytes(now.memory), peak, now.memory / most.memory);
    if (limit === null) this.show('busy', 'slots busy', '', 'no limit', 0);
    else if (done) this.show('busy', 'slots busy', percent(now.busy), '', now.busy);
    else this.show('busy', 'slots busy', count(now.inFlight), ` of ${count(limit)}`, now.busy);
  }

  show(name, label, value, unit, part) {
    this.labels[name].textContent = label;
    this.values[name].replaceChildren(value, element('small', {}, unit));
    this.values[name].style.setProperty('--part', String(Math.min(1, part)));
  }
}

/** What the gauges show when all is over: the peaks. */
function atEnd({ inFlightPeak, memoryPeak, busy }) {
  return { inFlight: inFlightPeak, memory: memoryPeak, busy };
}

/** A button that shows the code of a strategy, and the code. */
function sourceCode(title, source) {
  const button = element('button', { type: 'button', class: 'small', 'aria-expanded': 'false' }, 'code');
  button.setAttribute('aria-label', `Code of ${title}`);
  const name = { tabindex: '0', role: 'region', 'aria-label': `The code of ${title}` };
  const code = element('pre', { ...name, hidden: true }, source.trim());
  button.addEventListener('click', () => {
    code.hidden = !code.hidden;
    button.setAttribute('aria-expanded', String(!code.hidden));
  });
  return [button, code];
}
