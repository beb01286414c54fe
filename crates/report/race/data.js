// What the page carries: traces and what their names mean.

import { count, plain } from './format.js';
import { Refusal, unpack } from './trace.js';

/**
 * The traces that can be drawn, those that are refused with a reason, and the catalogue.
 *
 * Never throws: what cannot be read is a refusal, so that the page says so.
 */
export function readData(text) {
  const data = { traces: [], refused: [], strategies: [], executors: [], notes: [] };
  let raw;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { ...data, refused: [`The data of this page cannot be read: ${plain(error.message)}.`] };
  }
  if (raw?.schema !== 'bp-race/1' || !Array.isArray(raw.traces)) {
    const found = plain(JSON.stringify(raw?.schema) ?? 'nothing');
    return { ...data, refused: [`The data are ${found}; this page reads "bp-race/1".`] };
  }
  data.strategies = named(raw.strategies);
  data.executors = named(raw.executors);
  data.notes = Array.isArray(raw.notes) ? raw.notes.map((note) => plain(note, 2000)) : [];
  const cells = new Set();
  raw.traces.forEach((one, at) => {
    try {
      const trace = unpack(one);
      const known = `${trace.provenance} ${trace.jobs} ${trace.cell}`;
      if (cells.has(known)) throw new Refusal('the same cell is there already');
      cells.add(known);
      data.traces.push(trace);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const cell = typeof one?.cell === 'string' ? ` (${plain(one.cell)})` : '';
      data.refused.push(`Trace ${count(at + 1)}${cell}: ${plain(error.message)}.`);
    }
  });
  return data;
}

/** The entries of a catalogue: { name, title, sentence, source }, each of them text. */
function named(list) {
  const text = (value) => (typeof value === 'string' ? value : '');
  return (Array.isArray(list) ? list : []).map((entry) => ({
    name: plain(text(entry?.name)),
    title: plain(text(entry?.title) || text(entry?.name)),
    sentence: plain(text(entry?.sentence), 300),
    // Code keeps its lines.
    source: text(entry?.source).slice(0, 20_000),
  }));
}
