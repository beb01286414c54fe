// The heat tables: pickers of metric and reference above each, all of which choose for all tables.

import { reference, view } from './heat.js';

const BEST = '';

/** Every heat table of the page, with a way to show choices. */
export function tables(root, choose) {
  return [...root.querySelectorAll('.compare')].map((place) => table(place, choose));
}

function table(place, choose) {
  const data = JSON.parse(place.querySelector('script').textContent);
  const metrics = data.metrics.map(({ name, label }) => [name, label]);
  const rows = [[BEST, 'the best with a limit'], ...data.rows.map((row) => [row, row])];
  const metric = picker('Metric', metrics, (name) => choose({ metric: name }));
  const against = picker('Compared with', rows, (name) => choose({ against: name }));
  const bar = document.createElement('div');
  bar.className = 'pick';
  bar.append(metric.label, against.label);
  place.prepend(bar);
  return (choices) => {
    const layer = data.metrics.find(({ name }) => name === choices.metric) ?? data.metrics[0];
    metric.select.value = layer.name;
    against.select.value = data.rows.includes(choices.against) ? choices.against : BEST;
    paint(place.querySelector('table'), data, layer, choices.against);
  };
}

/** A labelled list to choose from. */
function picker(name, options, chosen) {
  const label = document.createElement('label');
  const select = document.createElement('select');
  for (const [value, text] of options) {
    select.append(new Option(text, value));
  }
  select.addEventListener('change', () => chosen(select.value));
  label.append(`${name} `, select);
  return { label, select };
}

function paint(table, data, metric, asked) {
  table.tHead.rows[0].cells[0].textContent = metric.label;
  const references = metric.columns.map((_, column) => reference(data, metric, column, asked));
  [...table.tBodies[0].rows].forEach((row, place) => {
    [...row.cells].slice(1).forEach((cell, column) => {
      fill(cell, view(metric, column, place, references[column]));
    });
  });
}

function fill(cell, { kind, value, ratio, spread, tie }) {
  cell.className = kind;
  if (kind === 'absent') {
    cell.replaceChildren(value);
    return;
  }
  const part = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
  cell.replaceChildren(part('b', value), ' ', part('span', ratio), part('sup', tie), part('i', spread));
}
