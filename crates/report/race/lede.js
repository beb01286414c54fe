// The sentence above the race, computed from the rows that are shown.

import { count, counted, percent, time, times } from './format.js';
import { slowdown } from './slowdown.js';

/** How far from 1 a ratio must be to be told as a difference. */
const TELLING = 0.05;

/**
 * The lede as pieces of text, those that carry a number marked as strong.
 *
 * `rows` are { title, model }, the first of each family being the one that is compared.
 */
export function lede(rows) {
  if (rows.length === 0) return [plainly('No strategy is chosen.')];
  const reference = rows.find(({ model }) => model.trace.family === 'refill') ?? rows[0];
  const clauses = ['barrier', 'no_limit', 'ordered']
    .map((family) => rows.find(({ model }) => model.trace.family === family))
    .filter((row) => row && row !== reference)
    .map((row) => clause(row, reference.model, rows));
  const pieces = [plainly(premise(rows))];
  if (clauses.length === 0) return [...pieces, ...alone(reference), ...last(rows)];
  pieces.push(plainly(`Against ${reference.title}, `));
  clauses.forEach((words, at) => {
    if (at > 0) pieces.push(plainly(at === clauses.length - 1 ? ', and ' : ', '));
    pieces.push(...words);
  });
  return [...pieces, plainly('.'), ...last(rows)];
}

function premise(rows) {
  const { jobs, executor, provenance } = rows[0].model.trace;
  const limits = new Set(rows.map(({ model }) => model.trace.limit).filter((l) => l !== null));
  const free = rows.some(({ model }) => model.trace.limit === null);
  const none = free ? ' or none' : '';
  const limit = limits.size === 1 ? `, with a limit of ${count([...limits][0])}${none}` : '';
  const clock = provenance === 'simulated' ? ' in simulated time' : '';
  const same = rows.length > 1 ? `The same ${counted(jobs, 'job')}` : counted(jobs, 'job');
  const rule = rows.length > 1 ? '; only the rule for starting the next one differs' : '';
  return `${same} on ${executor}${clock}${limit}${rule}. `;
}

function clause({ title, model }, reference, rows) {
  const took = duration(model.end / reference.end);
  const { family } = model.trace;
  if (family === 'barrier' && model.busy !== null) {
    const idle = strongly(percent(1 - model.busy));
    return [plainly(`${title} left `), idle, plainly(' of its slots unused and '), ...took];
  }
  if (family === 'ordered') {
    const kept = [plainly(`${title} kept the order and `), ...took];
    return [...kept, ...freed(model.trace, reference, rows)];
  }
  if (model.memoryPeak === null || !reference.memoryPeak) {
    const peak = strongly(count(model.inFlightPeak));
    return [plainly(`${title} had `), peak, plainly(' jobs in flight and '), ...took];
  }
  const weight = held(model.memoryPeak / reference.memoryPeak);
  return [plainly(`${title} held `), ...weight, plainly(' and '), ...took];
}

/** What a wider window makes of it, if it is shown. */
function freed({ window: own, limit }, reference, rows) {
  const room = ({ model }) => model.trace.window ?? model.trace.limit;
  const wider = rows.find(
    (row) => row.model.trace.family === 'ordered' && room(row) > (own ?? limit),
  );
  if (!wider) return [];
  const took = duration(wider.model.end / reference.end);
  return [plainly(' ('), ...took, plainly(` with a window of ${count(room(wider))})`)];
}

/** How long it took, told by the number above 1: that is the one which people can picture. */
function duration(ratio) {
  if (isEven(ratio)) return [plainly('took as long')];
  if (ratio > 1) return [plainly('took '), strongly(times(ratio)), plainly(' as long')];
  return [plainly('was '), strongly(times(1 / ratio)), plainly(' as fast')];
}

/** How much it held: a multiple, or a part. */
function held(ratio) {
  if (isEven(ratio)) return [plainly('as much memory')];
  if (ratio > 1) return [strongly(times(ratio)), plainly(' the memory')];
  return [strongly(percent(ratio)), plainly(' of the memory')];
}

function isEven(ratio) {
  return Math.max(ratio, 1 / ratio) < 1 + TELLING;
}

/** Who came last and why, as far as their traces tell it. */
function last(rows) {
  const ends = rows.map(({ model }) => model.end);
  const end = Math.max(...ends);
  if (isEven(end / Math.min(...ends))) return [];
  const told = rows
    .filter(({ model }) => isEven(end / model.end))
    .map(({ title, model }) => [title, slowdown(model, rows.map((row) => row.model))])
    .filter(([, why]) => why !== null)
    .map(([title, why]) => `${title}, since ${why}`);
  return told.length === 0 ? [] : [plainly(` Last came ${told.join('; and ')}.`)];
}

function alone({ title, model }) {
  const busy = model.busy === null ? '' : `, its slots ${percent(model.busy)} busy`;
  return [plainly(`${title} took `), strongly(time(model.end)), plainly(`${busy}.`)];
}

function plainly(text) {
  return { text, strong: false };
}

function strongly(text) {
  return { text, strong: true };
}
