// The page: from a choice to rows, charts, table and words, and from a moment to a frame.

import { showAxis } from './axis.js';
import { Chart } from './chart.js';
import {
  byTelling,
  entries,
  executors,
  races,
  usual,
  usualLimit,
  widerWindow,
} from './choices.js';
import { capitalized, count, time } from './format.js';
import { byId, element } from './html.js';
import { showKey } from './key.js';
import { lede } from './lede.js';
import { derive } from './model.js';
import { familyVariable, readPalette } from './palette.js';
import { Pickers } from './pickers.js';
import { WORDS, deliveredPlan, memoryPlan, orderPlan } from './plans.js';
import { provenance } from './provenance.js';
import { Row } from './rows.js';
import { fromFragment, toFragment } from './state.js';
import { showTable } from './table.js';
import { Transport } from './transport.js';

/** Air beyond the end of the last row, so that its marker is inside. */
const AIR = 1.015;

export class Page {
  constructor(data) {
    this.data = data;
    this.races = races(data.traces);
    this.state = fromFragment(window.location.hash);
    this.charts = ['memory', 'delivered', 'order'].map((name) => new Chart(byId(name)));
    this.transport = new Transport({
      moved: (position) => this.draw(position),
      settled: (position) => this.settle(position),
      chosen: (speed) => this.change({ speed }),
    });
    this.pickers = new Pickers((choice) => this.change(choice));
    this.load();
    new ResizeObserver(() => this.resize()).observe(byId('rows'));
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', () => this.prepare());
    window.addEventListener('hashchange', () => this.follow());
  }

  /** Something was chosen. */
  change(choice) {
    Object.assign(this.state, choice);
    if ('speed' in choice) this.keep();
    else if ('theme' in choice || 'logarithmic' in choice) this.present();
    else this.load();
  }

  /** The address was changed by hand, or by going back. */
  follow() {
    if (window.location.hash === toFragment(this.state)) return;
    this.state = fromFragment(window.location.hash);
    this.load();
  }

  /** Take up the race, executor and strategies that are chosen; the usual ones where none are. */
  load() {
    const { state, data } = this;
    const race = this.races.find(({ key }) => key === state.race) ?? this.races[0];
    const names = executors(race, data.executors);
    const executor = names.includes(state.executor) ? state.executor : names[0];
    const rows = dressed(entries(race, executor, data.strategies));
    const there = rows.filter(({ key }) => state.shown?.includes(key)).map(({ key }) => key);
    const keys = there.length > 0 ? there : usual(rows);
    for (const row of rows) row.shown = keys.includes(row.key);
    this.shown = rows.filter(({ shown }) => shown);
    const limit = usualLimit(rows);
    for (const row of this.shown) {
      row.model = derive(row.trace, limit);
      row.wider = widerWindow(row, rows);
    }
    this.until = Math.max(...this.shown.map(({ model }) => model.end)) * AIR;
    this.pickers.offer(this.races, race, names, executor, rows);
    this.fill(rows.length - this.shown.length);
    this.transport.load(this.until, state.position, state.speed);
    this.present();
  }

  /** The words, the rows and the table, which do not change while it plays. */
  fill(more) {
    const { shown } = this;
    const pieces = lede(byTelling(shown)).map(({ text, strong }) => (strong ? element('b', {}, text) : text));
    byId('lede').replaceChildren(...pieces);
    const titled = shown.map((row) => ({ ...row, title: capitalized(row.title) }));
    this.views = titled.map((row) => new Row(row));
    for (const view of this.views) view.pointed = (position) => this.transport.jump(position);
    byId('rows').replaceChildren(...this.views.map((view) => view.element));
    showTable(byId('table'), titled);
    showKey(shown);
    for (const [name, say] of Object.entries(WORDS)) {
      byId(name).setAttribute('aria-label', say(titled));
    }
    const { jobs, provenance: clock } = shown[0].trace;
    byId('of-jobs').textContent = `of ${count(jobs)}`;
    byId('provenance').textContent = provenance(shown, more);
    byId('simulated').hidden = clock !== 'simulated';
  }

  /** Take up theme and scale. */
  present() {
    this.pickers.show(this.state);
    this.prepare();
    this.keep();
  }

  /** Draw every picture once, for the present size and colours, and show the moment. */
  prepare() {
    const palette = readPalette();
    const { shown, until } = this;
    const { jobs } = shown[0].trace;
    for (const view of this.views) view.prepare(until, palette);
    const plans = [
      memoryPlan(shown, this.state.logarithmic, palette),
      deliveredPlan(shown, jobs, palette),
      orderPlan(shown, jobs, palette),
    ];
    this.charts.forEach((chart, at) => chart.prepare(plans[at], until, palette));
    const most = (figure) => Math.max(1, ...shown.map(({ model }) => figure(model)));
    this.most = {
      end: until,
      inFlight: most(({ inFlightPeak }) => inFlightPeak),
      memory: most(({ memoryPeak }) => memoryPeak ?? 0),
    };
    showAxis(this.views[0].canvas, until);
    this.draw(this.transport.position);
  }

  /** Another width is another size of every picture; another height is only code shown or not. */
  resize() {
    if (this.views[0].canvas.clientWidth !== this.views[0].size.width) this.prepare();
  }

  draw(position) {
    const over = position >= 1;
    const moment = position * this.until;
    for (const view of this.views) view.draw(moment, over, this.most);
    for (const chart of this.charts) chart.draw(moment, over);
  }

  /** The replay stands: keep the place, and say the end to those who do not see it. */
  settle(position) {
    this.state.position = position;
    this.keep();
    if (position < 1) return;
    const ends = [...this.shown].sort((a, b) => a.model.end - b.model.end);
    const said = ends.map(({ title, model }) => `${title} ${time(model.end)}`);
    byId('live').textContent = `Finished: ${said.join(', ')}`;
  }

  /** Keep the view in the address. */
  keep() {
    try {
      window.history.replaceState(null, '', toFragment(this.state) || '#');
    } catch {
      // Inside another page that may be forbidden; the view is then not kept.
    }
  }
}

/** Entries with the colour of their family and a dash of their own in it; the usual have none. */
function dressed(all) {
  const members = {};
  const dashes = new Map();
  for (const { key, trace } of byTelling(all)) {
    const dash = members[trace.family] ?? 0;
    members[trace.family] = dash + 1;
    dashes.set(key, dash % 4);
  }
  return all.map((entry) => {
    const colour = familyVariable(entry.trace.family);
    return { ...entry, name: entry.key, dash: dashes.get(entry.key), colour };
  });
}
