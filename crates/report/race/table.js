// The results in numbers, of the rows that are shown.

import { bytes, count, percent, time, times } from './format.js';
import { element } from './html.js';

/** Values this near the best are within the noise of a single run. */
const NEAR = 1.05;
const FAR = 2;

/** The columns: a title, the value of a model, how it is printed, and whether less is better. */
const COLUMNS = [
  { name: 'end', title: 'Finished', print: time, compared: true },
  { name: 'inFlightPeak', title: 'Most in flight', print: count },
  { name: 'memoryPeak', title: 'Peak memory', print: bytes, compared: true },
  { name: 'first', title: 'First result', print: time, compared: true },
  { name: 'p50', title: 'Latency, p50', print: time, compared: true },
  { name: 'p90', title: 'p90', print: time, compared: true },
  { name: 'slowest', title: 'slowest', print: time, compared: true },
  { name: 'busy', title: 'Slots busy', print: percent, missing: 'no limit' },
  { name: 'overtaken', title: 'Out of order', print: count },
];

/** Fill the table with rows { title, model, dash, colour }. */
export function showTable(table, rows) {
  const titles = ['Strategy', ...COLUMNS.map(({ title }) => title)];
  const head = titles.map((title) => element('th', { scope: 'col' }, title));
  const body = rows.map((row) => element('tr', {}, [rowHead(row), ...cells(row.model, rows)]));
  table.tHead.replaceChildren(element('tr', {}, head));
  table.tBodies[0].replaceChildren(...body);
}

function rowHead({ title, dash, colour }) {
  const swatch = element('span', { class: `swatch dash-${dash}` });
  swatch.style.setProperty('--family', colour);
  return element('th', { scope: 'row' }, [swatch, title]);
}

function cells(model, rows) {
  return COLUMNS.map((column) => {
    const value = model[column.name];
    if (value === null) return element('td', { class: 'none' }, column.missing ?? '–');
    const figure = element('span', { 'data-figure': column.name }, column.print(value));
    if (!column.compared || rows.length < 2) return element('td', {}, figure);
    const others = rows.map((row) => row.model[column.name]).filter((other) => other !== null);
    const best = Math.min(...others);
    const ratio = best > 0 ? value / best : 1;
    const near = ratio <= NEAR ? 'near' : '';
    const beside = value === best ? 'best' : times(ratio);
    const kind = ratio > FAR ? 'far' : near;
    return element('td', { class: kind }, [figure, ' ', element('small', {}, beside)]);
  });
}
